/** Which folds the reader opened or closed: kept from one usaha to the next. */
export const folds = $state<Record<string, boolean>>({});
