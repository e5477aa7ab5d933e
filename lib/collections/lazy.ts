/** Returns a function that calls `make` the first time, and returns the same value from then on. */
export const lazy = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
};
