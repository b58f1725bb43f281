/** `type` of a line of `show stat`. */
export const statLine = { frontend: 0, backend: 1, server: 2 } as const;
