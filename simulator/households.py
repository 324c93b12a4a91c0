"""The columns of households: row i is the i-th household, sorted by village. Money is whole fen.

What passes within a quarter or a year is read and cleared more often than anything else and is kept in 32 bits: up to
21 million yuan a household. What a household holds, and what the accounts pay it, is kept in 64.
"""

from __future__ import annotations

import numpy as np

from simulator.columns import COPIED, EITHER, KEPT, OWN, SHARED, STAYS, Table, flow, stock, trait

# States of the list as the government keeps it.
NEVER, LISTED, OBSERVATION, EXITED = 0, 1, 2, 3
# Bits of the help to a house a household has had.
REBUILT, MOVED = 1, 2


class Households(Table):
    """Households of the sampled villages, listed and not."""

    key: np.ndarray = trait(
        np.uint64, "key", "founding", "identity: mixed from place, village and ordinal", inherited=OWN
    )
    village: np.ndarray = trait(np.int32, "row", "founding", "row of its village", inherited=OWN)

    ability: np.ndarray = trait(np.float64, "log", "founding", "fixed ability, log points around the mean")
    permanent: np.ndarray = trait(np.float64, "log", "productivity", "permanent shock, a stationary AR(1) over years")
    transitory: np.ndarray = trait(np.float64, "log", "productivity", "transitory shock of the year")
    productivity: np.ndarray = trait(np.float64, "log", "productivity", "log productivity of the year, shocks included")
    wage_factor: np.ndarray = trait(
        np.float64, "ratio", "productivity", "what the year's productivity makes of a wage, mean one"
    )
    business_factor: np.ndarray = trait(
        np.float64, "ratio", "productivity", "what the year's productivity makes of farm and business income, mean one"
    )
    peer_migrants: np.ndarray = trait(
        np.float64, "share", "network", "migrants among the neighbours' workers, less what is usual in the village"
    )
    land: np.ndarray = trait(np.float64, "mu", "founding", "farm land held", inherited=SHARED)
    leased: np.ndarray = trait(np.float64, "mu", "property", "land leased out this year", inherited=SHARED)
    rented: np.ndarray = trait(np.float64, "mu", "land", "land rented in this year", inherited=SHARED)
    land_factor: np.ndarray = trait(
        np.float64, "ratio", "farming", "what the land worked this year contributes to output; 1 at the mean"
    )
    hamlet: np.ndarray = trait(np.int64, "number", "founding", "natural village: neighbours inside the village")
    kin_key: np.ndarray = trait(
        np.uint64, "key", "families", "key of the household it came from; 0: a founder", inherited=OWN
    )
    forest: np.ndarray = trait(np.float64, "mu", "founding", "forest land held", inherited=SHARED)
    house: np.ndarray = trait(np.int8, "code", "founding", "0 safe, 1 unsafe, 2 moved to a new place")
    enterprise: np.ndarray = trait(
        np.float64, "ratio", "founding", "own business, size relative to the mean one; 0: none", inherited=KEPT
    )
    assets: np.ndarray = trait(
        np.float64, "ratio", "founding", "property holding relative to the mean", inherited=SHARED
    )
    remitter: np.ndarray = trait(
        np.float64, "ratio", "founding", "remittance from absent kin relative to the mean; 0: none", inherited=SHARED
    )
    observation_error: np.ndarray = trait(
        np.float64, "sd", "founding", "persistent part of the survey error, standard normal"
    )
    verdict_error: np.ndarray = trait(
        np.float64, "sd", "founding", "persistent error of the dibao verdict, standard normal"
    )
    application: np.ndarray = trait(
        np.float64, "share", "founding", "uniform: applies for the list if below the take-up"
    )
    dibao_application: np.ndarray = trait(
        np.float64, "share", "founding", "uniform: takes dibao up if below the take-up"
    )

    roster_used: np.ndarray = trait(
        np.int32, "places", "demography", "places of its roster up to the last one in use", inherited=OWN
    )
    size: np.ndarray = trait(np.int32, "persons", "roster", "members present", inherited=OWN)
    labour: np.ndarray = trait(np.float64, "workers", "roster", "labour capacity of all members", inherited=OWN)
    home_labour: np.ndarray = trait(
        np.float64, "workers", "earnings", "capacity of members working at home this quarter", inherited=OWN
    )
    elders: np.ndarray = trait(np.int32, "persons", "roster", "members of pension age", inherited=OWN)
    recount: np.ndarray = trait(
        np.int8, "flag", "demography", "1: labour at hand has changed since the roster was counted", inherited=EITHER
    )
    unwell: np.ndarray = trait(
        np.int32, "persons", "roster", "members gravely ill or disabled, who may need looking after", inherited=OWN
    )
    disabled: np.ndarray = trait(np.int32, "persons", "roster", "disabled members", inherited=OWN)

    students: np.ndarray = trait(np.int32, "persons", "schooling", "members at school or college", inherited=OWN)
    school_aid: np.ndarray = trait(
        np.int8, "flag", "education_grant", "1: a grant for a student was paid since the last school year began"
    )
    dropouts: np.ndarray = stock(
        np.int32, "persons", "schooling", "students taken out of school for want of money so far", inherited=KEPT
    )
    dropouts_before: np.ndarray = stock(
        np.int32, "persons", "indicators", "the same when the year opened", inherited=KEPT
    )
    list_state: np.ndarray = trait(np.int8, "code", "register", "0 never, 1 listed, 2 under observation, 3 exited")
    entered_for: np.ndarray = trait(
        np.int8,
        "code",
        "register",
        "entered the list this year: 1 for low income, 2 after grave illness, 3 after disaster",
    )
    returned: np.ndarray = trait(np.int8, "flag", "register", "listed again after an exit")
    reviews_above: np.ndarray = trait(
        np.int32, "reviews", "register", "reviews in a row at or above the line while on the list"
    )
    cohort: np.ndarray = trait(
        np.int8, "flag", "register", "on the list at Q4 of year -1: the baseline cohort", inherited=EITHER
    )
    reviewed: np.ndarray = trait(np.int8, "flag", "register", "on the list when the Q4 review opened", inherited=EITHER)
    observed_income: np.ndarray = trait(
        np.float64, "yuan/person/year", "register", "register income as observed at the review"
    )
    verified_income: np.ndarray = trait(
        np.float64, "yuan/person/year", "register", "income without dibao as verified for dibao"
    )
    dibao: np.ndarray = trait(np.int8, "flag", "register", "receives dibao in the coming year", inherited=EITHER)
    dibao_entitled: np.ndarray = trait(
        np.int8, "flag", "register", "meets the dibao conditions as verified at the review", inherited=EITHER
    )
    dibao_standing: np.ndarray = trait(
        np.int64, "fen/quarter", "register", "dibao due a quarter under the standing terms", inherited=SHARED
    )
    dibao_due: np.ndarray = trait(
        np.int64, "fen/quarter", "register", "dibao due a quarter, the programme's addition included", inherited=SHARED
    )

    supported: np.ndarray = trait(np.int8, "flag", "delivery", "may receive programme support this quarter")
    support_kept: np.ndarray = trait(
        np.int8, "flag", "review", "1: left the list in the programme's years and keeps its support", inherited=EITHER
    )
    offered: np.ndarray = trait(np.int8, "flag", "delivery", "offered the kind at hand and would take it up")
    claim: np.ndarray = flow(np.int64, "fen", "interventions", "claim of the kind at hand on its fund")
    priority: np.ndarray = flow(np.float64, "rank", "interventions", "the lower, the sooner served by the kind at hand")
    delivered: np.ndarray = flow(np.int64, "fen", "accounts", "what the fund paid on that claim")
    public_money: np.ndarray = flow(np.int64, "fen", "accounts", "public money received, in cash or in kind")

    care_needed: np.ndarray = flow(
        np.int32, "persons", "carers", "members gravely ill or so disabled that somebody must look after them"
    )
    effort: np.ndarray = trait(
        np.float64, "share", "motivation", "share of the way by which members who hardly look for work start to look"
    )
    helped_quarters: np.ndarray = stock(
        np.int32, "quarters", "job_placement", "quarters until help with the search for work may be asked for again"
    )
    places: np.ndarray = trait(
        np.int8, "bits", "workshop", "places held by a member: 1 in a workshop, 2 in a public post"
    )
    trained_quarters: np.ndarray = stock(
        np.int32, "quarters", "training", "quarters until another training slot may be asked for"
    )
    start_capital: np.ndarray = stock(
        np.float64, "yuan", "start_up_grant", "start-up grant at hand or in the business", inherited=KEPT
    )
    start_granted: np.ndarray = trait(np.int8, "flag", "start_up_grant", "1: has received its start-up grant")
    led: np.ndarray = trait(
        np.int8, "flag", "village_leader", "1: linked to a village leader in own business", inherited=STAYS
    )
    loan_principal: np.ndarray = stock(np.int64, "fen", "micro_loan", "micro-loan outstanding", inherited=KEPT)
    loan_quarters: np.ndarray = stock(
        np.int32, "quarters", "micro_loan", "quarters until the loan falls due", inherited=EITHER
    )
    loan_capital: np.ndarray = stock(
        np.float64, "yuan", "micro_loan", "loan money working in the business", inherited=KEPT
    )
    loans_taken: np.ndarray = stock(np.int64, "fen", "micro_loan", "lent to the household so far", inherited=KEPT)
    loans_repaid: np.ndarray = stock(np.int64, "fen", "micro_loan", "repaid so far", inherited=KEPT)
    loans_written_off: np.ndarray = stock(np.int64, "fen", "micro_loan", "written off so far", inherited=KEPT)
    cooperative_share: np.ndarray = stock(np.int64, "fen", "industry_support", "share capital held in the cooperative")
    equity: np.ndarray = stock(np.int64, "fen", "equity_dividends", "quantified shares in asset projects")
    coop_member: np.ndarray = trait(
        np.int8, "flag", "membership", "1: a member of the village's cooperative", inherited=EITHER
    )
    member_factor: np.ndarray = trait(
        np.float64, "ratio", "membership", "factor of membership on own farm income; 1: none"
    )
    member_share: np.ndarray = stock(np.int64, "fen", "membership", "own share capital paid into the cooperative")
    share_granted: np.ndarray = stock(
        np.int64, "fen", "cooperative_support", "membership share granted; it stays in the cooperative"
    )
    recruited: np.ndarray = trait(
        np.int8, "flag", "cooperative_support", "1: its membership has been paid for", inherited=EITHER
    )
    helped: np.ndarray = trait(np.int8, "flag", "social_pairing", "1: has a helper, and takes other support up more")
    farm_inputs: np.ndarray = flow(
        np.int32, "fen", "industry_support", "farm output that inputs given in kind add, at the usual price"
    )
    gifts: np.ndarray = flow(np.int32, "fen", "social_pairing", "gifts from helpers and pairing firms")

    wage_work: np.ndarray = flow(np.int32, "fen", "earnings", "wages of local and migrant work")
    wage_workshop: np.ndarray = flow(np.int32, "fen", "workshop", "piece wages of a workshop, top-up included")
    wage_post: np.ndarray = flow(np.int32, "fen", "public_posts", "wages of public-welfare and station posts")
    wage_cooperative: np.ndarray = flow(np.int32, "fen", "industry_support", "wages paid by the cooperative")
    farm_output: np.ndarray = flow(np.float64, "yuan", "farming", "farm output at the usual local price, before rent")
    farm_income: np.ndarray = flow(np.int32, "fen", "farming", "net farm income")
    enterprise_income: np.ndarray = flow(np.int32, "fen", "enterprise", "net income of the own business")
    cooperative_refund: np.ndarray = flow(np.int32, "fen", "industry_support", "patronage refund")
    rent_income: np.ndarray = flow(np.int32, "fen", "property", "land rent and interest")
    land_rent_extra: np.ndarray = flow(
        np.int32, "fen", "land_lease", "what an organised lease adds to rent, idle rooms included"
    )
    station_dividend: np.ndarray = flow(np.int32, "fen", "village_station", "dividend out of the station's revenue")
    equity_dividend: np.ndarray = flow(np.int32, "fen", "equity_dividends", "dividend on quantified shares")
    cooperative_dividend: np.ndarray = flow(np.int32, "fen", "industry_support", "guaranteed dividend")
    loan_interest: np.ndarray = flow(np.int32, "fen", "micro_loan", "interest the household itself pays")
    pension: np.ndarray = flow(np.int64, "fen", "transfers", "basic pension")
    remittance: np.ndarray = flow(np.int32, "fen", "transfers", "money sent by absent kin")
    reimbursement: np.ndarray = flow(np.int64, "fen", "illness", "medical bills reimbursed")
    dibao_received: np.ndarray = flow(np.int32, "fen", "dibao", "dibao top-up")
    ecology_income: np.ndarray = flow(np.int32, "fen", "ecology", "compensation for public forest and pay for its care")
    allowance: np.ndarray = flow(np.int32, "fen", "living_allowance", "subsidy in cash")
    out_of_pocket: np.ndarray = flow(np.int32, "fen", "illness", "medical bills the household pays itself")
    contributors: np.ndarray = trait(np.int32, "persons", "roster", "members of 16 to the pension age")
    contributions: np.ndarray = flow(
        np.int32, "fen", "transfers", "pension contributions and medical premiums the household pays: less transfers"
    )
    contribution_paid: np.ndarray = flow(
        np.int32, "fen", "living_allowance", "pension contributions government paid for it"
    )
    near_poor: np.ndarray = trait(np.int8, "flag", "near_poor", "1: not on the list, observed just above its line")
    near_support: np.ndarray = flow(np.int32, "fen", "near_poor", "temporary aid to households just above the line")

    savings: np.ndarray = stock(np.int64, "fen", "spending", "cash and deposits")
    debt: np.ndarray = stock(np.int64, "fen", "spending", "owed to kin and informal lenders")
    usual_income: np.ndarray = stock(
        np.float64, "fen/person/quarter", "spending", "slow average of income, prices of year 0", inherited=COPIED
    )
    distressed: np.ndarray = trait(
        np.int8, "flag", "spending", "1: sold property, cut its spending or borrowed beyond its limit this year"
    )
    consumption: np.ndarray = flow(np.int32, "fen", "spending", "consumption, bills apart")
    borrowed: np.ndarray = flow(np.int32, "fen", "spending", "newly owed to kin and informal lenders")
    debt_repaid: np.ndarray = flow(np.int32, "fen", "spending", "paid back to them")
    property_sold: np.ndarray = flow(np.int32, "fen", "spending", "property sold to meet a shortfall: not income")

    loan_idle: np.ndarray = stock(np.int64, "fen", "micro_loan", "part of the loan not yet put to use", inherited=KEPT)
    loan_grace: np.ndarray = stock(
        np.int32, "quarters", "credit", "quarters in which a blow still excuses a late loan", inherited=EITHER
    )
    loan_losses: np.ndarray = stock(
        np.int64, "fen", "credit", "written off and so far borne by the bank that lent it", inherited=KEPT
    )
    loan_compensated: np.ndarray = stock(
        np.int64, "fen", "micro_loan", "written off and made good to the bank by the fund", inherited=KEPT
    )
    loan_compensation: np.ndarray = stock(
        np.int64, "fen", "credit", "compensation due to the bank and not yet paid", inherited=KEPT
    )
    loan_cash: np.ndarray = flow(np.int32, "fen", "micro_loan", "part of a new loan kept as cash: not income")
    loan_service: np.ndarray = flow(np.int32, "fen", "credit", "principal repaid out of savings and income: spending")
    loan_dividend: np.ndarray = flow(np.int32, "fen", "micro_loan", "paid by the firm that uses the loan")
    mutual_loan: np.ndarray = stock(
        np.int64, "fen", "mutual_fund", "owed to the village's mutual-aid fund", inherited=KEPT
    )
    mutual_dividend: np.ndarray = flow(np.int32, "fen", "mutual_fund", "dividend on shares in the mutual-aid fund")
    gravely_ill: np.ndarray = flow(np.int8, "flag", "illness", "1: a serious illness began this quarter")
    ill_year: np.ndarray = stock(np.int8, "flag", "illness", "1: a serious illness began this year")
    cover_extra: np.ndarray = flow(
        np.int32,
        "fen",
        "health_cover",
        "what the programme's terms pay of this quarter's bills beyond the standing ones",
    )
    reimbursement_extra: np.ndarray = flow(np.int32, "fen", "health_cover", "what the programme did pay of them")
    cover_settled: np.ndarray = flow(
        np.int32, "fen", "health_cover", "part of a bill of this quarter that the programme settled"
    )
    premium_subsidy: np.ndarray = flow(np.int32, "fen", "health_cover", "medical premium the programme paid")
    treat_first: np.ndarray = flow(
        np.int8, "flag", "health_cover", "1: treated before paying, no borrowing at admission"
    )
    struck: np.ndarray = flow(np.int8, "flag", "disasters", "1: a disaster struck the village this quarter")
    struck_year: np.ndarray = stock(np.int8, "flag", "disasters", "1: a disaster struck it this year")
    disaster_share: np.ndarray = stock(
        np.float64, "share", "disasters", "share of the crop lost to disasters for the rest of the year"
    )
    crop_lost: np.ndarray = flow(
        np.float64, "share", "disasters", "share of the year's crop that this quarter's disaster took"
    )
    house_damaged: np.ndarray = flow(
        np.int8, "code", "disasters", "a disaster damaged the house this quarter: 0 no, 1 a safe one, 2 an unsafe one"
    )
    house_helped: np.ndarray = trait(np.int8, "bits", "housing", "helped to a house: 1 rebuilt, 2 moved")
    enrolled: np.ndarray = trait(
        np.int8, "bits", "indicators", "1 has pension insurance, 2 medical insurance, 4 an official answering for it"
    )
    house_cost: np.ndarray = flow(np.int32, "fen", "housing", "own cost of rebuilding or moving: spending")
    access: np.ndarray = stock(
        np.float64, "share", "relocation", "by how much a move nearer to jobs eases finding work: hazard x (1 + access)"
    )
    relief_received: np.ndarray = flow(np.int32, "fen", "relief", "relief in cash after disaster or grave illness")
    insured: np.ndarray = stock(np.int8, "flag", "insurance", "1: crop and house insured for the coming quarter")
    insurance_premium: np.ndarray = flow(
        np.int32, "fen", "insurance", "own part of the crop and house premium: spending"
    )
    insurance_payout: np.ndarray = flow(np.int32, "fen", "insurance", "paid by the insurer for a lost crop")

    grant_income: np.ndarray = flow(np.int32, "fen", "education_grant", "education grants in cash")
    school_cost: np.ndarray = flow(np.int32, "fen", "schooling", "fees and board of students: spending")

    wage: np.ndarray = flow(np.int32, "fen", "settlement", "wage income (nbs)")
    business: np.ndarray = flow(np.int32, "fen", "settlement", "net business income")
    property: np.ndarray = flow(np.int32, "fen", "settlement", "net property income")
    transfer: np.ndarray = flow(np.int32, "fen", "settlement", "net transfer income (nbs)")

    year_wage: np.ndarray = stock(np.int32, "fen", "settlement", "wage income of the year so far (nbs)")
    year_business: np.ndarray = stock(np.int32, "fen", "settlement", "business income of the year so far")
    year_property: np.ndarray = stock(np.int32, "fen", "settlement", "property income of the year so far")
    year_transfer: np.ndarray = stock(np.int32, "fen", "settlement", "transfer income of the year so far (nbs)")
    year_remittance: np.ndarray = stock(np.int32, "fen", "settlement", "remittances of the year so far")
    year_reimbursement: np.ndarray = stock(np.int32, "fen", "settlement", "medical bills reimbursed in the year so far")
    year_out_of_pocket: np.ndarray = stock(
        np.int32, "fen", "settlement", "medical bills paid by itself in the year so far"
    )
    year_dibao: np.ndarray = stock(np.int32, "fen", "settlement", "dibao of the year so far")
    year_support: np.ndarray = stock(
        np.int32, "fen", "delivery", "programme support of the year so far, in cash and in kind"
    )
    year_public: np.ndarray = stock(np.int32, "fen", "settlement", "public money in cash of the year so far")
    year_gifts: np.ndarray = stock(np.int32, "fen", "settlement", "dividends and public transfers of the year so far")
    year_market: np.ndarray = stock(
        np.int32, "fen", "settlement", "wages, remittances, farm and own business of the year so far"
    )
    year_persons: np.ndarray = stock(
        np.int32, "person-quarters", "settlement", "members summed over the quarters of the year"
    )
    last_market: np.ndarray = stock(np.int64, "fen", "settlement", "the same of last year")
    last_business: np.ndarray = stock(np.int64, "fen", "settlement", "business income of last year")
    earlier_market: np.ndarray = stock(np.int64, "fen", "settlement", "the same of the year before last")
    last_income: np.ndarray = stock(np.int64, "fen", "settlement", "income of last year, in the chosen accounting")
    last_persons: np.ndarray = stock(np.int64, "person-quarters", "settlement", "member-quarters of last year")
    exit_gift_share: np.ndarray = trait(
        np.float64, "share", "register", "dividends and public transfers in income at exit; -1: none"
    )
