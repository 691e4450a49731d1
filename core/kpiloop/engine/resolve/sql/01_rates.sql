-- What a system tells of currencies of which the settings say nothing. Its rates are in its own home
-- currency: where it tells what ours is worth there, that divides them; where it does not, ours has
-- to be its own, which a currency that is worth exactly one contradicts. Each stage is a table, so
-- that its size is known: ten years of daily rates are joined by day in one pass only then.
CREATE OR REPLACE TEMP TABLE told_rates AS
WITH listed AS (
    SELECT source, iso(currency) AS currency,
        coalesce(valid_from, DATE '1990-01-01') AS valid_from, arg_max(rate, id) AS rate
    FROM given_exchange_rates AS exchange_rates
    WHERE deleted_at IS NULL AND iso(currency) IS NOT NULL AND rate > 0
    GROUP BY ALL
)
SELECT currency, valid_from, rate
FROM listed
WHERE source = coalesce(getvariable('rates_from'), (SELECT min(source) FROM listed));

CREATE OR REPLACE TEMP TABLE home_rates AS
SELECT valid_from, rate FROM told_rates WHERE currency = getvariable('home')
UNION ALL
SELECT DATE '1990-01-01', 1
WHERE NOT EXISTS (FROM told_rates WHERE currency = getvariable('home') OR rate = 1);

CREATE OR REPLACE TEMP TABLE rate_days AS
SELECT currency, valid_from FROM told_rates
UNION
SELECT told.currency, home_rates.valid_from
FROM (SELECT DISTINCT currency FROM told_rates) AS told
CROSS JOIN home_rates;

INSERT INTO rates
SELECT days.currency, days.valid_from, TRY_CAST(told.rate / at_home.rate AS DECIMAL(20, 12))
FROM rate_days AS days
ASOF JOIN told_rates AS told
    ON told.currency = days.currency AND told.valid_from <= days.valid_from
ASOF JOIN home_rates AS at_home ON at_home.valid_from <= days.valid_from
ANTI JOIN rates ON rates.currency = days.currency
WHERE days.currency <> getvariable('home');
