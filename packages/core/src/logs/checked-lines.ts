import { checkKey } from '../validation/check-value.ts';
import { type LineColumns, linesOfColumns } from './line-columns.ts';
import type { GatherMark, LineGatherer } from './line-gatherer.ts';
import type { StoredLine } from './log-line.ts';
import type { AppendLinesOp } from './log-op.ts';

/**
 * An op whose lines were copied and checked when it was made, and that nobody can change: `copy` and `admit` need not look
 * at its lines again. It is known by a private field, which nothing from elsewhere can have.
 */
export class CheckedLines implements AppendLinesOp {
  readonly type = 'append-lines';
  readonly stream: string;
  declare readonly lines: readonly StoredLine[];
  readonly #columns: LineColumns;
  readonly #size: number;
  #lines: readonly StoredLine[] | undefined;

  /**
   * Of the lines from one mark to another; nothing may be added to `gatherer` any more.
   * @throws `INVALID_ARGUMENT` for what is no name of a stream
   */
  constructor(stream: string, gatherer: LineGatherer, from?: GatherMark, to: GatherMark = gatherer.mark) {
    this.#size = 50 + checkKey(stream, 'stream') + to.size - (from?.size ?? 0);
    this.#columns = gatherer.columns(from, to);
    this.stream = stream;
    Object.defineProperty(this, 'lines', linesProperty);
    Object.freeze(this);
  }

  static columnsOf(op: object): LineColumns | undefined {
    return #columns in op ? op.#columns : undefined;
  }

  static sizeOf(op: object): number | undefined {
    return #columns in op ? op.#size : undefined;
  }

  /** The lines as objects, made when somebody asks for them. */
  static linesOf(op: CheckedLines): readonly StoredLine[] {
    op.#lines ??= Object.freeze(linesOfColumns(op.#columns));
    return op.#lines;
  }
}

/** A field of its own for each op, so that `{ ...op }` has the lines. */
const linesProperty: PropertyDescriptor & ThisType<CheckedLines> = {
  enumerable: true,
  get() {
    return CheckedLines.linesOf(this);
  },
};

// Who has an op must not get the class by it, and make others.
Object.defineProperty(CheckedLines.prototype, 'constructor', { value: Object });
