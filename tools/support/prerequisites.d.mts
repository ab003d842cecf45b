/** Types of what tests use; the module itself is plain JavaScript because it runs before anything is installed. */

/** Path of an installed Chrome or Chromium, or null; CHROMIUM names one. */
export declare function findBrowser(): string | null;
/** Folder with Debian's PostgreSQL programs, or null. */
export declare function findPostgres(): string | null;
