/** The sentences of the confirm window. */
export const confirm = {};
