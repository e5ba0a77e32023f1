import type { Driver } from '@stepwell/core';
import type { DriverFactory } from '../conformance/support/suite.ts';
import { MemoryDisk } from '../memory/memory-disk.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A mistake that a backend could make, and the test that must find it. */
export interface Broken<View, Op> {
  /** What it does wrong, in a few words. */
  readonly name: string;
  /** Fits the title of a test that must fail; the title names the semantics that is broken. */
  readonly caughtBy: RegExp;
  /** The methods that do wrong; all others stay those of `inner`, which keeps its data on `disk`. */
  breaks(inner: Driver<View, Op>, disk: MemoryDisk): Partial<Driver<View, Op>>;
}

/** A factory of sound drivers, each with the mistake of `broken` on top. */
export function brokenFactory<View, Op>(
  broken: Broken<View, Op>,
  sound: (disk: MemoryDisk) => Driver<View, Op>,
): DriverFactory<View, Op> {
  const disks = new WeakMap<Workspace, MemoryDisk>();
  return (workspace) => {
    const disk = disks.get(workspace) ?? new MemoryDisk();
    disks.set(workspace, disk);
    const inner = sound(disk);
    return overlay(inner, broken.breaks(inner, disk));
  };
}

/** `base` with the properties of `over` in front of its own. */
export function overlay<Target extends object>(base: Target, over: Partial<Target>): Target {
  return new Proxy(base, {
    get(_, key) {
      const source = key in over ? over : base;
      const value: unknown = Reflect.get(source, key, source);
      return typeof value === 'function' ? value.bind(source) : value;
    },
  });
}
