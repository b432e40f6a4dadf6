/** Most bytes of text that a trace may unpack to, its header with them. */
export const mostTraceText = 2 ** 28;

/** Most pages that a trace may number: 1 TiB. */
export const mostTracePages = 2 ** 28;
