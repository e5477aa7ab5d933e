import { connectDashboard, type Dashboard } from 'unitlink/dashboard';

export const dashboard: Dashboard = connectDashboard({ url: '/live' });
