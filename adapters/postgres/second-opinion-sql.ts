/**
 * The second opinion's arithmetic: the definitions of docs/allocation.md in sets, worked out by the
 * database in exact `numeric`. It imports nothing, and was written without a look at `domain/`.
 *
 * Each statement fills a temporary table from the one before; amounts are in minor units, averages
 * in major ones. $1 is the incident, $2 its snapshot or a batch of its deals.
 */

/**
 * Chooses deals: all with a stored difference, and $3 of the rest, drawn by the seed $4.
 *
 * Order: by closing, in batches of about $5 commitments.
 */
export const chooseDeals = `
CREATE TEMPORARY TABLE second_deals ON COMMIT DROP AS
WITH sized AS (
  SELECT d.deal_id, d.closed_on, d.currency, d.allocation_minor::numeric AS allocation,
    EXISTS (SELECT FROM impacts w WHERE w.incident_id = $1 AND w.deal_id = d.deal_id) AS affected,
    (SELECT count(*) FROM commitments c
      WHERE c.snapshot_id = d.snapshot_id AND c.deal_id = d.deal_id) AS people
  FROM deals d WHERE d.snapshot_id = $2
), drawn AS (
  SELECT *, row_number() OVER (PARTITION BY affected ORDER BY md5($4 || '/' || deal_id)) AS lot
  FROM sized
)
SELECT deal_id, currency, decimals, allocation, affected,
  div(sum(people) OVER (ORDER BY closed_on, deal_id) - people, $5)::integer AS batch
FROM drawn CROSS JOIN LATERAL (SELECT CASE
    WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
      'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 0
    WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
    WHEN currency IN ('CLF', 'UYW') THEN 4
    ELSE 2 END AS decimals) AS iso -- ISO 4217, list one.
WHERE affected OR lot <= $3`;

/** Half to even, 4 decimals: the mean of \`total\` minor units over \`times\` allocations. */
const mean = (total: string, times: string) => `(
  SELECT CASE WHEN ${times} = 0 THEN 0 ELSE 0.0001 * (floor + CASE
    WHEN twice > lower THEN 1 WHEN twice = lower THEN mod(floor, 2) ELSE 0 END) END
  FROM (SELECT div(upper, lower) AS floor, 2 * mod(upper, lower) AS twice, lower
    FROM (SELECT ${total} * 10000 AS upper,
      greatest(${times}, 1) * ('1e' || decimals)::numeric AS lower) AS parts) AS cut)`;

/**
 * What each investor of these deals had been given on earlier days, by the books and as stored
 * results correct them, and the averages that follow: one pass over all commitments of the history.
 */
export const followHistories = `
CREATE TEMPORARY TABLE second_lines ON COMMIT DROP AS
WITH history AS (
  SELECT c.deal_id, c.investor_id, d.currency, d.closed_on,
    c.allocated_minor AS given,
    coalesce(w.as_should_have_been_minor, c.allocated_minor) AS corrected
  FROM commitments c JOIN deals d USING (snapshot_id, deal_id)
    LEFT JOIN impacts w ON w.incident_id = $1
      AND w.deal_id = c.deal_id AND w.investor_id = c.investor_id
  WHERE c.snapshot_id = $2
), sums AS (
  SELECT deal_id, investor_id,
    coalesce(sum(given) OVER earlier, 0) AS given,
    count(*) FILTER (WHERE given > 0) OVER earlier AS given_times,
    coalesce(sum(corrected) OVER earlier, 0) AS corrected,
    count(*) FILTER (WHERE corrected > 0) OVER earlier AS corrected_times
  FROM history
  WINDOW earlier AS (PARTITION BY investor_id, currency ORDER BY closed_on
    GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), opened AS (
  SELECT k.*, c.investor_id, c.requested_minor::numeric AS asks, c.allocated_minor,
    coalesce(nullif(c.average, ''), '0')::numeric AS average,
    given + coalesce(i.history_total_minor, 0) AS given,
    given_times + coalesce(i.history_count, 0) AS given_times,
    corrected + coalesce(i.history_total_minor, 0) AS corrected,
    corrected_times + coalesce(i.history_count, 0) AS corrected_times
  FROM second_deals k JOIN commitments c ON c.snapshot_id = $2 AND c.deal_id = k.deal_id
    JOIN sums s ON s.deal_id = c.deal_id AND s.investor_id = c.investor_id
    LEFT JOIN investors i ON i.snapshot_id = $2 AND i.investor_id = c.investor_id
      AND i.history_currency = k.currency
)
SELECT batch, deal_id, investor_id, decimals, allocation, asks, average, allocated_minor,
  ${mean('given', 'given_times')} AS following,
  ${mean('corrected', 'corrected_times')} AS should_average
FROM opened`;

/**
 * The right share of everybody in a batch of deals, $2, on both bases, where it is not what is
 * stored: the stored difference, or what was recorded where none is stored.
 *
 * Method: within a tier people stand by request over weight, and somebody is capped when at that
 * rate those before them, who are capped, and all others by weight fit into the budget. Two ratios
 * differ by at least one over the square of the largest weight; times that square, whole quotients
 * stand in the order of the exact ones.
 * Ties: of equal parts cut off, the smaller investor id by code point has the unit.
 */
export const divideShares = `
WITH asked AS (
  SELECT deal_id, investor_id, basis, allocation, asks, bases.average, bases.average > 0 AS known
  FROM second_lines l CROSS JOIN LATERAL (VALUES ('asRecorded', l.average),
    ('asShouldHaveBeen', should_average)) AS bases (basis, average)
  WHERE batch = $2
), budgeted AS (
  SELECT deal_id, investor_id, basis, known, asks,
    CASE WHEN known THEN trunc(average * ('1e' || max(scale(average)) OVER tier)::numeric)
      ELSE 1 END AS weight,
    least(sum(asks) OVER tier, CASE WHEN known THEN allocation ELSE greatest(0,
      allocation - coalesce(sum(asks) FILTER (WHERE known) OVER deal, 0)) END) AS budget
  FROM asked
  WINDOW deal AS (PARTITION BY deal_id, basis), tier AS (PARTITION BY deal_id, basis, known)
), rated AS (
  SELECT *, sum(weight) OVER tier AS weights,
    div(asks * max(weight) OVER tier * max(weight) OVER tier, weight) AS rate
  FROM budgeted WINDOW tier AS (PARTITION BY deal_id, basis, known)
), filled AS (
  SELECT *, asks * (weights - coalesce(sum(weight) OVER before, 0))
    <= weight * (budget - coalesce(sum(asks) OVER before, 0)) AS capped
  FROM rated
  WINDOW before AS (PARTITION BY deal_id, basis, known ORDER BY rate, investor_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), opened AS (
  SELECT deal_id, investor_id, basis, known, asks, capped, weight,
    budget - coalesce(sum(asks) FILTER (WHERE capped) OVER tier, 0) AS remaining,
    sum(weight) FILTER (WHERE NOT capped) OVER tier AS weights
  FROM filled WINDOW tier AS (PARTITION BY deal_id, basis, known)
), cut AS (
  SELECT *, div(remaining * weight, weights) AS floor, mod(remaining * weight, weights) AS part
  FROM opened
), shared AS (
  SELECT deal_id, investor_id, basis, CASE WHEN capped THEN asks ELSE floor + CASE
    WHEN row_number() OVER (largest ORDER BY part DESC, investor_id)
      <= remaining - sum(floor) OVER largest THEN 1 ELSE 0 END END AS share
  FROM cut WINDOW largest AS (PARTITION BY deal_id, basis, known, capped)
)
SELECT l.deal_id AS deal, l.investor_id AS investor, basis AS figure,
  trim_scale(ours * unit)::text AS ours, trim_scale(share * unit)::text AS second
FROM shared JOIN second_lines l USING (deal_id, investor_id)
  LEFT JOIN impacts w ON w.incident_id = $1
    AND w.deal_id = l.deal_id AND w.investor_id = l.investor_id
  CROSS JOIN LATERAL (SELECT ('1e-' || decimals)::numeric AS unit, coalesce(CASE basis
    WHEN 'asRecorded' THEN as_recorded_minor ELSE as_should_have_been_minor END,
    allocated_minor) AS ours) AS told
WHERE ours <> share ORDER BY 1, 2, 3`;

/** Averages said to follow from the books that do not, or said not to that do; in batch $2. */
export const compareAverages = `
SELECT l.deal_id AS deal, l.investor_id AS investor, 'average' AS figure,
  trim_scale(ours)::text AS ours, trim_scale(following)::text AS second
FROM second_lines l LEFT JOIN basis_mismatches m ON m.incident_id = $1
    AND m.deal_id = l.deal_id AND m.investor_id = l.investor_id
  CROSS JOIN LATERAL (
    SELECT coalesce(m.average_following::numeric, average) AS ours) AS told
WHERE batch = $2 AND ours <> following ORDER BY 1, 2`;

/** Stored differences of what nobody was given, or was given otherwise. */
export const compareRecorded = `
SELECT w.deal_id AS deal, w.investor_id AS investor, 'recorded' AS figure,
  w.recorded_minor::text AS ours, coalesce(c.allocated_minor::text, 'none') AS second
FROM impacts w LEFT JOIN commitments c ON c.snapshot_id = $2
  AND c.deal_id = w.deal_id AND c.investor_id = w.investor_id
WHERE w.incident_id = $1 AND c.allocated_minor IS DISTINCT FROM w.recorded_minor
ORDER BY w.deal_id, w.investor_id LIMIT 1000`;

/** How much was chosen, and in which batches. */
export const countChosen = `
SELECT count(*) FILTER (WHERE affected)::integer AS affected,
  count(*) FILTER (WHERE NOT affected)::integer AS sampled,
  (SELECT count(*)::integer FROM second_lines) AS commitments,
  array_agg(DISTINCT batch ORDER BY batch) AS batches
FROM second_deals`;
