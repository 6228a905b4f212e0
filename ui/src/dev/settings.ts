export const settings: Record<string, unknown> = {};
