/** How often the chart was drawn: the metrics panel makes a rate of it. */
export const draws = { count: 0 };
