import '@angular/compiler';
import { ChangeDetectionStrategy, Component, computed, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { firstParams, highest, loadPoints, statusOf, totalLoad, unitRows, unitsOf, type Params } from '../units.js';
import { watchSignal } from './watch-signal.js';

const template = `
  <section [attr.data-status]="status()">
    <form>
      <input aria-label="Filter" [value]="params().filter" (input)="change({ filter: $any($event.target).value })" />
      <button type="button" (click)="change({ sort: '-load' })">Sort by load</button>
      <button type="button" (click)="change({ page: params().page + 1 })">Next page</button>
    </form>
    <table>
      <tbody>
        @for (unit of units(); track unit.id) {
          <tr><td>{{ unit.id }}</td><td>{{ unit.region }}</td><td>{{ unit.load }}</td></tr>
        }
      </tbody>
    </table>
    <output>{{ load() }} in {{ units().length }} of {{ value()?.total }}</output>
    <p>All: {{ allLoad() }}</p>
    <p>Highest of {{ loads()?.length }}: {{ highestLoad() }}</p>
  </section>`;

class UnitsPage {
  readonly params = signal<Params>(firstParams);
  readonly live = watchSignal('units', this.params, { fold: unitRows });
  readonly all = watchSignal(
    'units',
    computed(() => ({ filter: this.params().filter })),
    { fold: unitRows },
  );
  readonly points = watchSignal('load', signal({}), { fold: loadPoints });
  readonly status = computed(() => statusOf(this.live().status, this.all().status, this.points().status));
  readonly value = computed(() => this.live().value);
  readonly units = computed(() => unitsOf(this.value()));
  readonly load = computed(() => totalLoad(this.units()));
  readonly allUnits = computed(() => this.all().value);
  readonly allLoad = computed(() => totalLoad(unitsOf(this.allUnits())));
  readonly loads = computed(() => this.points().value);
  readonly highestLoad = computed(() => highest(this.loads()));

  change(changed: Partial<Params>): void {
    this.params.update((params) => ({ ...params, ...changed }));
  }
}

// As a call instead of a decorator, so that any bundler compiles it.
const App = Component({ selector: 'units-page', template, changeDetection: ChangeDetectionStrategy.OnPush })(UnitsPage);

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] }).catch(console.error);
