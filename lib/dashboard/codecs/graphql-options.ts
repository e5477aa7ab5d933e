/** A GraphQL operation. */
export interface GraphqlOperation {
  /** The document. */
  readonly query: string;
  /** The variables of the document. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The operation that is meant, if `query` has several. */
  readonly operationName?: string | undefined;
  /** Further data for the server, such as `persistedQuery`; `resume` and `maxRateHz` are added. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of `graphqlTransport`. */
export interface GraphqlTransportOptions {
  /** The operation that watches a topic, usually a `subscription`; what it throws is the error of that watch. */
  readonly document: (topic: string, params: unknown) => GraphqlOperation;
  /** The payload of `connection_init`. Default: `{ token }`, or none where there is no token. */
  readonly connectionParams?: ((token: string | undefined) => object | undefined) | undefined;
  /** The payload for the fold. Default: the value of the root field, of which a subscription has one, or all of them. */
  readonly payload?: ((data: Readonly<Record<string, unknown>>, topic: string) => unknown) | undefined;
}
