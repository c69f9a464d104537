// The versions of jobs that this release reads (`v` in their data). Jobs outlive deployments, so that the oldest one rises
// only when no job of it can wait any more.

/** The oldest version that the workers read. */
export const JOBS_FROM = 1;
/** The newest one, which is also what this release writes. */
export const JOBS_TO = 1;
