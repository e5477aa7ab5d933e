/** Gives what `make` makes, which is made the first time that somebody asks for it: an idle unit shall cost little. */
export const lazy = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
};
