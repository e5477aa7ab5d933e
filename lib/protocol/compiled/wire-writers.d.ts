/** Functions that write a message which is in its wire form, by its type; made by `build/compile-validators.ts`. */
export declare const writers: Readonly<Record<string, (data: never) => string>>;
