export type ParameterValue = string | number | boolean;

/**
 * SF-72: `true` and `false` become booleans; digits become a number where the number prints exactly as it was written.
 * So `-3` and `0.5` are numbers, while `007`, `1.10`, `1e3` (which may be a commit) and twenty digits stay text:
 * nothing is lost by looking like a number.
 */
export function parameterValue(text: string): ParameterValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (!/^-?\d{1,16}(\.\d{1,16})?$/.test(text)) return text;
  const number = Number(text);
  return String(number) === text && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : text;
}
