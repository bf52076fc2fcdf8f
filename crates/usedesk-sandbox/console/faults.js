// Which faults are active.

/// Describes each fault that the next requests can have.
export function activeFaults({ state, t }) {
  const { settings, scripts } = state;
  if (settings === null) return [];
  const { latency_ms: latency, rate_limit: limit, read_lag_ms: lag, quirks } = settings;
  return [
    scripts.length > 0 && t("faults.scripts", { count: scripts.length }),
    latency.max > 0 && t("faults.latency", { min: latency.min, max: latency.max }),
    limit !== null && t("faults.limit", { count: limit.per_minute }),
    lag > 0 && t("faults.lag", { time: lag }),
    quirks.length > 0 && t("faults.quirks", { names: quirks.join(", ") }),
  ].filter(Boolean);
}
