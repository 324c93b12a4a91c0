"""The village market for perishables: more output at a lower price, and what nobody buys (FS-30).

Supply is compared with what the village usually brings to market (a slow average, so that the comparison starts even):
    local price      P = (supply / usual) ** (-`price_slope` x (1 - share under contract))
    unsold share     U = max(0, 1 - `market_capacity` / (supply / usual)), of what is not under contract
A market that is short by more than the same capacity is filled from outside, so P rises no further. Of the share
`marketed_share` of output that is sold, the part under contract fetches the better of the market and the price floor,
and the premium of the day; the rest fetches P less what stays unsold. What the household eats itself keeps its value:
    market factor = 1 - m + m x (c x (max(P, floor / price of the year) + premium) + (1 - c) x P x (1 - U)).
Source: model 7.2 (local slope without contract, none under contract; for stress, not estimated).
"""

from __future__ import annotations

from simulator.rules import compiled, rule


@compiled
def local_price(ratio, contracted, price_slope, market_capacity):  # type: ignore[no-untyped-def]
    """Local price relative to the usual one where supply is `ratio` times the usual."""
    return max(ratio, 1.0 / market_capacity) ** (-price_slope * (1.0 - contracted))


@compiled
def unsold_share(ratio, market_capacity):  # type: ignore[no-untyped-def]
    """Share of what is not under contract that finds no buyer."""
    return max(0.0, 1.0 - market_capacity / ratio) if ratio > 0.0 else 0.0


@rule
def markets(  # type: ignore[no-untyped-def]
    village_supply,
    village_usual_supply,
    village_contracted,
    village_price_floor,
    village_contract_premium,
    village_farm_price,
    village_unsold,
    village_market_factor,
    farm_price,
    marketed_share,
    price_slope,
    market_capacity,
    supply_memory,
):
    """Clear the market of every village for the quarter. `farm_price` is the price of the year in the province."""
    for row in range(village_supply.shape[0]):
        supply = village_supply[row]
        if village_usual_supply[row] <= 0.0:
            village_usual_supply[row] = supply
        usual = village_usual_supply[row]
        ratio = supply / usual if usual > 0.0 else 1.0
        contracted = village_contracted[row]
        price = local_price(ratio, contracted, price_slope, market_capacity)
        unsold = unsold_share(ratio, market_capacity)
        kept = max(price, village_price_floor[row] / farm_price) + village_contract_premium[row]
        sold = contracted * kept + (1.0 - contracted) * price * (1.0 - unsold)
        village_farm_price[row] = price
        village_unsold[row] = unsold
        village_market_factor[row] = 1.0 - marketed_share + marketed_share * sold
        village_usual_supply[row] = usual + supply_memory * (supply - usual)
