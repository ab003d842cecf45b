/**
 * The program can not start or go on like this. The message is for the person who started it: what is wrong, and what
 * to do about it. It never holds a secret, and no stack is shown with it.
 */
export class StartRefused extends Error {}
