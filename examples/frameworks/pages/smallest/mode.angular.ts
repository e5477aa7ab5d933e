import { Component } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { dashboard } from './dashboard.js';

@Component({
  selector: 'app-mode',
  template: '<output [attr.data-status]="live()?.status">{{ live()?.value }}</output>',
})
export class Mode {
  readonly live = toSignal(dashboard.watch<string>('mode'));
}
