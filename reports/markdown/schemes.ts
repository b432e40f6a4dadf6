/** The paper's conventional way. */
export const conventional = 'flag-scan';
/** The paper's proposal. */
export const proposal = 'flag-queue';
