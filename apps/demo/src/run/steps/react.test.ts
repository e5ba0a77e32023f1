import { describe, expect, test } from 'vitest';
import { findMarker } from '../../markers/find-marker.ts';
import { type Effect, noSteps, react } from './react.ts';

/** Everything that these lines lead to, in order; `line` stands where the marker's own line is logged. */
function effects(...lines: readonly string[]): (Effect | { readonly do: 'line'; readonly level: string })[] {
  let state = noSteps;
  return lines.flatMap((line) => {
    const marker = findMarker(Buffer.from(line), 'strict');
    if (marker === undefined) throw new Error(`no marker: ${line}`);
    const reaction = react(state, marker);
    state = reaction.state;
    return [...reaction.before, { do: 'line', level: reaction.level } as const, ...reaction.after];
  });
}

const names = (...lines: readonly string[]): string[] =>
  effects(...lines).map((effect) => (effect.do === 'start-step' ? `start ${effect.name}` : effect.do));

describe('SF-84: steps', () => {
  test('a new start completes the step before it; lines stand with the step they begin or end', () => {
    expect(names('STEP_START: a', 'STEP_START: b', 'STEP_COMPLETE: b')).toEqual([
      'start a',
      'line',
      'complete-step',
      'start b',
      'line',
      'line',
      'complete-step',
    ]);
  });

  test('a completion must name the open step', () => {
    expect(effects('STEP_START: a', 'STEP_COMPLETE: b').at(-1)).toEqual({
      do: 'warn',
      message: 'STEP_COMPLETE: b was ignored: the open step is a',
    });
    expect(names('STEP_COMPLETE: a')).toEqual(['line', 'warn']);
    expect(names('STEP_START: a', 'STEP_COMPLETE: a', 'STEP_COMPLETE: a').at(-1)).toBe('warn');
  });

  test('an error fails the open step, and is a warning without one', () => {
    expect(effects('STEP_START: a', 'STEP_ERROR: broke').slice(2)).toEqual([
      { do: 'line', level: 'error' },
      { do: 'fail-step', message: 'broke' },
    ]);
    expect(names('STEP_ERROR: broke')).toEqual(['line', 'warn']);
  });

  test('SF-85: an error in a step that says so ends the command', () => {
    expect(effects('STEP_START: a [stop_on_error=true]', 'STEP_ERROR: broke').slice(-2)).toEqual([
      { do: 'fail-step', message: 'broke' },
      { do: 'stop', message: 'a: broke' },
    ]);
    expect(names('STEP_START: a [stop_on_error=false]', 'STEP_ERROR: broke')).not.toContain('stop');
  });

  test('SF-77: a parameter may not have the key that is Stepwell’s own; the step is one without it', () => {
    const warning = { do: 'warn', message: "the parameter stepwell was ignored: the key is Stepwell's own" };
    expect(effects('STEP_START: a [stepwell=3] [__proto__=1] [k=2]')).toEqual([
      { do: 'start-step', name: 'a', parameters: JSON.parse('{"__proto__":1,"k":2}') },
      { do: 'line', level: 'warning' },
      warning,
    ]);
    expect(effects('STEP_START: a', 'STEP_COMPLETE: a [stepwell=3]').slice(-2)).toEqual([
      warning,
      { do: 'complete-step' },
    ]);
  });

  test('parameters of a completion describe the step before it ends', () => {
    expect(effects('STEP_START: a', 'STEP_COMPLETE: a [files=2]').slice(-2)).toEqual([
      { do: 'describe', metadata: { files: 2 } },
      { do: 'complete-step' },
    ]);
  });
});

describe('groups', () => {
  test('are steps by themselves', () => {
    expect(names('::group::a', '::group::b', '::endgroup::', '::endgroup::')).toEqual([
      'start a',
      'line',
      'complete-step',
      'start b',
      'line',
      'line',
      'complete-step',
      'line',
    ]);
  });

  test('are lines inside a step that STEP_START opened', () => {
    expect(names('STEP_START: a', '::group::b', '::endgroup::', 'STEP_COMPLETE: a')).toEqual([
      'start a',
      'line',
      'line',
      'line',
      'line',
      'complete-step',
    ]);
  });
});

test('annotations set the level of their line and change no step', () => {
  expect(effects('::error::x', '::warning::y')).toEqual([
    { do: 'line', level: 'error' },
    { do: 'line', level: 'warning' },
  ]);
});

test('SF-84: any sequence of markers leaves at most one step open, and ends only what it began', () => {
  const lines = [
    'STEP_START: a',
    'STEP_START: b [stop_on_error=true]',
    'STEP_COMPLETE: a',
    'STEP_COMPLETE: b',
    'STEP_ERROR: e',
    '::group::g',
    '::endgroup::',
    'META: k:v',
    'ARTIFACT: f',
    'STEP_STRAT: a',
  ];
  let seed = 20_260_101;
  for (let round = 0; round < 500; round += 1) {
    const sequence = Array.from({ length: 12 }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return lines[(seed >> 8) % lines.length] ?? 'STEP_START: a';
    });
    let open = 0;
    for (const effect of effects(...sequence)) {
      if (effect.do === 'start-step') open += 1;
      if (effect.do === 'complete-step' || effect.do === 'fail-step') open -= 1;
      expect(open === 0 || open === 1, sequence.join(' | ')).toBe(true);
    }
  }
});
