import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { WebSocketServer, type WebSocket } from 'ws';

/** A GraphQL server whose `counter(from)` counts on with every `tick`. */
export interface GraphqlServer extends AsyncDisposable {
  readonly url: string;
  /** Every operation that was begun, as its variables. */
  readonly operations: readonly unknown[];
  /** The payload of every `connection_init`. */
  readonly inits: readonly unknown[];
  /** How many operations run. */
  readonly running$: Observable<number>;
  readonly tick: () => void;
  /** Completes every operation. */
  readonly finish: () => void;
  /** Cuts every connection without a close frame. */
  readonly cut: () => void;
  readonly sockets: ReadonlySet<WebSocket>;
}

type Options = Partial<ServerOptions<Record<string, unknown>, Extra>>;

/** Starts `graphql-ws` on loopback. */
export const startGraphqlServer = async (options: Options = {}): Promise<GraphqlServer> => {
  const step$ = new Subject<'tick' | 'finish'>();
  const operations: unknown[] = [];
  const inits: unknown[] = [];
  const running$ = new BehaviorSubject(0);

  const counter = (from: number): AsyncGenerator<{ counter: number }> => {
    const steps: ('tick' | 'finish')[] = [];
    let wake: () => void = () => undefined;
    const reject = (fault: unknown) => {
      throw fault;
    };
    const take = (step: 'tick' | 'finish') => {
      steps.push(step);
      wake();
    };
    const subscription = step$.subscribe({ next: take, error: reject });
    const count = async function* () {
      running$.next(running$.value + 1);
      try {
        for (let counted = from; ; counted++) {
          yield { counter: counted };
          while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          if (steps.shift() === 'finish') return;
        }
      } finally {
        running$.next(running$.value - 1);
        subscription.unsubscribe();
      }
    };
    const counting = count();
    const end = counting.return.bind(counting);
    return Object.assign(counting, {
      return: () => {
        take('finish'); // it would wait for the next step
        return end(undefined);
      },
    });
  };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { version: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        counter: {
          type: GraphQLInt,
          args: { from: { type: GraphQLInt, defaultValue: 0 } },
          subscribe: (_, { from }: { from: number }) => {
            operations.push(from);
            return counter(from);
          },
        },
      },
    }),
  });

  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const webSockets = new WebSocketServer({ server: http });
  const server = useServer<Record<string, unknown>>(
    {
      schema,
      ...options,
      onConnect: async (context) => {
        inits.push(context.connectionParams);
        return (await options.onConnect?.(context)) ?? true;
      },
    },
    webSockets,
  );
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`,
    operations,
    inits,
    running$,
    tick: () => {
      step$.next('tick');
    },
    finish: () => {
      step$.next('finish');
    },
    cut: () => {
      for (const socket of webSockets.clients) socket.terminate();
    },
    sockets: webSockets.clients,
    [Symbol.asyncDispose]: async () => {
      for (const socket of webSockets.clients) socket.terminate();
      await server.dispose();
      http.close();
      await once(http, 'close').catch(() => undefined);
    },
  };
};
