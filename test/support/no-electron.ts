/* What tests find where sources name the package `electron`: loading that in Node starts a download. */
throw new Error('The package electron is not loaded in tests: test/standin stands in for it.');

export {};
