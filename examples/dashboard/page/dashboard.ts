import { Subject } from 'rxjs';
import { connectDashboard, type DashboardEvent } from 'unitlink/dashboard';

/** What happens to the link and to what is watched, for who counts it. */
export const event$ = new Subject<DashboardEvent>();

/** The link of this page. */
export const dashboard = connectDashboard({
  url: '/live',
  reportUrl: '/reports',
  metrics: (event) => {
    event$.next(event);
  },
});
