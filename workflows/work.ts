import { condition } from '@temporalio/workflow';

/** How long to wait for the end, and its words in the Temporal UI. Units: seconds. */
type Wait = { seconds: number; summary: string };

/** Carries out one piece; false where it cannot go on before something is decided again. */
type Piece = () => Promise<boolean>;

/** What is carried out beside the runbook, each piece under its name, one at a time. */
export class Work {
  private readonly going = new Map<string, Promise<void>>();
  private readonly done = new Set<string>();
  private failure: { error: unknown } | undefined;
  private stopped = false;

  /** Goes on with a piece, unless it is being carried out or is done. */
  goOn(name: string, piece: Piece): void {
    if (!this.going.has(name) && !this.done.has(name)) this.goOnAfter(name, piece);
  }

  /** Nothing counts as done any more: each piece that is gone on with looks where it stands. */
  lookAgain(): void {
    this.done.clear();
  }

  /** Goes on with a piece once what was begun of it has ended. */
  goOnAfter(name: string, piece: Piece): void {
    const before = this.going.get(name) ?? Promise.resolve();
    const mine = before
      .then(() => this.carryOut(name, piece))
      .then(() => {
        if (this.going.get(name) === mine) this.going.delete(name);
      });
    this.going.set(name, mine);
  }

  private async carryOut(name: string, piece: Piece): Promise<void> {
    try {
      if (await piece()) this.done.add(name);
      else this.stopped = true;
    } catch (error) {
      this.failure ??= { error };
    }
  }

  /**
   * Waits for the end of all of it; false once a piece was stopped, or so long has gone by.
   *
   * Ensures: what failed fails whoever waits.
   */
  async isOver({ seconds, summary }: Wait): Promise<boolean> {
    const hasEnded = () => this.going.size === 0 || this.failure !== undefined;
    await condition(() => hasEnded() || this.stopped, seconds * 1000, { summary });
    if (this.failure !== undefined) throw this.failure.error;
    const { stopped } = this;
    this.stopped = false;
    return !stopped && hasEnded();
  }
}
