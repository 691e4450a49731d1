-- What a system tells of currencies of which the settings say nothing. Its rates are in its own home
-- currency: where it tells what ours is worth there, that divides them; where it does not, ours has
-- to be its own, which a currency that is worth exactly one contradicts.
INSERT INTO rates
WITH listed AS (
    SELECT source, upper(trim(currency)) AS currency,
        coalesce(valid_from, DATE '1990-01-01') AS valid_from, arg_max(rate, id) AS rate
    FROM pulled.exchange_rates
    WHERE deleted_at IS NULL AND currency IS NOT NULL AND rate > 0
    GROUP BY ALL
), told AS (
    SELECT currency, valid_from, rate
    FROM listed
    WHERE source = coalesce(getvariable('rates_from'), (SELECT min(source) FROM listed))
), at_home AS (
    SELECT valid_from, rate FROM told WHERE currency = getvariable('home')
    UNION ALL
    SELECT DATE '1990-01-01', 1
    WHERE NOT EXISTS (FROM told WHERE currency = getvariable('home') OR rate = 1)
), days AS (
    SELECT currency, valid_from FROM told
    UNION
    SELECT told.currency, at_home.valid_from FROM told CROSS JOIN at_home
)
SELECT days.currency, days.valid_from, TRY_CAST(told.rate / at_home.rate AS DECIMAL(20, 10))
FROM days
ASOF JOIN told ON told.currency = days.currency AND told.valid_from <= days.valid_from
ASOF JOIN at_home ON at_home.valid_from <= days.valid_from
ANTI JOIN rates ON rates.currency = days.currency
WHERE days.currency <> getvariable('home');
