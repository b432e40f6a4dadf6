/**
 * Most bytes of text that a trace may unpack to, its header with them. A trace is read as one string: this is half of the longest that V8
 * has on 64 bits (2^29 - 24 characters), and could be raised to that, but no further; a dirtybench from before that would refuse what is
 * longer than this.
 */
export const mostTraceText = 2 ** 28;

/** Most pages that a trace may number: 1 TiB. */
export const mostTracePages = 2 ** 28;
