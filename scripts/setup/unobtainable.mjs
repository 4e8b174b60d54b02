/** Something that can be done without is not on this machine and could not be got. */
export class Unobtainable extends Error {
  /**
   * @param {string} reason in few words, for whatever is left out because of it
   * @param {string} message what was tried, and what to do to get it
   */
  constructor(reason, message) {
    super(message);
    this.reason = reason;
  }
}
