import { html, render } from 'lit';
import type { Live } from 'unitlink/dashboard';
import { dashboard } from './dashboard.js';

export class Mode extends HTMLElement {
  watching?: { unsubscribe(): void };
  connectedCallback(): void {
    const show = ({ status, value }: Live<string>) =>
      render(html`<output data-status=${status}>${value}</output>`, this);
    this.watching = dashboard.watch<string>('mode').subscribe({ next: show, error: console.error });
  }
  disconnectedCallback(): void {
    this.watching?.unsubscribe();
  }
}
