/** What those who produce too fast wait at. */
export interface Gate {
  /** Resolves when the gate is open: at once, or when it opens. */
  passed(): Promise<void>;
  shut(): void;
  open(): void;
}

export function makeGate(): Gate {
  let opening: Promise<void> | undefined;
  let letThrough = (): void => {};
  return {
    passed: () => opening ?? Promise.resolve(),
    shut: () => {
      opening ??= new Promise<void>((resolve) => {
        letThrough = resolve;
      });
    },
    open: () => {
      // Not again: for a promise that was resolved before, Node tells whoever listens to that, which is slow.
      if (opening === undefined) return;
      opening = undefined;
      letThrough();
    },
  };
}
