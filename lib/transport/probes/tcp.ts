import { connect } from 'node:net';
import { Observable } from 'rxjs';

/** Emits once a TCP connection is made, which it then ends: nothing is sent. Fails with the error of the system. */
export const probeTcp = (address: string, port: number): Observable<'connected'> =>
  new Observable((subscriber) => {
    const socket = connect({ host: address, port });
    socket.on('connect', () => {
      subscriber.next('connected');
      subscriber.complete();
    });
    socket.on('error', (error) => {
      subscriber.error(error);
    });
    return () => socket.destroy();
  });
