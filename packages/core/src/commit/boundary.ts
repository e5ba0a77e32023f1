/** A point that is passed again and again, and those who wait for the next time. */
export class Boundary {
  #waiting: (() => void)[] = [];

  async reached(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  pass(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
