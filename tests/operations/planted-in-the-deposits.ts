import { changed, type Plant } from './plant';

const meantFor = (key: string, from: string, to: string, ...named: string[]) =>
  changed(
    'payment.transfers',
    `key = '${key}'`,
    ['business_id', `'${from}'`, `'${to}'`],
    [`(${key}) does not follow from the one before`, ...named],
  );

/** Transfers that are another's. */
export const IN_THE_LEDGER: Record<string, Plant> = {
  'a fee that was taken for no bill': meantFor(
    ':rental/charge',
    ':rental',
    'rnt_none',
    'the bill of :rental is CLOSED over 1000, and the ledger has none',
    'BILL of 1000 on deposit::rider (rnt_none), and nothing was due',
  ),
  'a fee that was taken for a bill which stands unpaid': meantFor(
    ':otherRental/charge',
    ':otherRental',
    ':unpaidRental',
    'the bill of :otherRental is CLOSED over 1000, and the ledger has none',
    'the bill of :unpaidRental is UNPAID over 1000, and the ledger has 1000 on deposit::rider',
  ),
  'points that were credited for no conversion': meantFor(
    ':conversion/credit',
    ':conversion',
    'cnv_none',
    'conversion :conversion is CONVERTED over 500, and the ledger has none',
    'CONVERSION of 500 on deposit::manager (cnv_none), and nothing was due',
    'conversion :conversion is CREDITED over 500, credited nothing',
    'conversion cnv_none is unknown over , credited 500',
  ),
};

/** Points, and what they have become. */
export const IN_THE_POINTS: Record<string, Plant> = {
  'points that no entry says': changed(
    'bike.managers',
    `manager = ':manager'`,
    ['points', '1000', '1005'],
    ':manager has 1005 points by 6 entries, there are 1000 by 6',
  ),
  'an entry that says another balance': changed(
    'bike.point_entries',
    `manager = ':manager' AND kind = 'OPENING'`,
    ['balance', '1000', '1001'],
    'entry 1 of :manager says 1001 points, was entry 1 and 1000',
  ),
  'an entry that is left out': changed(
    'bike.point_entries',
    `reference = ':takenConversion'`,
    ['number', '6', '7'],
    'entry 7 of :manager says 1000 points, was entry 6 and 1000',
  ),
  'a report that earned something else': changed(
    'bike.reports',
    `id = ':report'`,
    ['points_earned', '500', '600'],
    [
      ':report: 600 points are due as REPORT, and 500 were entered',
      'report :report has pointsEarned 600, told as 500',
    ],
  ),
  'points of no report': changed(
    'bike.point_entries',
    `balance = 2000 AND manager = ':manager'`,
    ['reference', `':otherReport'`, `'rpt_none'`],
    [
      ':otherReport: 500 points are due as REPORT, and 0 were entered',
      'rpt_none: 0 points are due as REPORT, and 500 were entered',
    ],
  ),
  'a conversion to another sum': changed(
    'bike.conversions',
    `id = ':conversion'`,
    ['points', '500', '499'],
    [
      'conversion :conversion is CONVERTED over 499, and the ledger has 500 on deposit::manager',
      ':conversion: -499 points are due as CONVERSION, and -500 were entered',
      'conversion :conversion has points 499, told as 500',
    ],
  ),
  'points that were given back, and credited all the same': changed(
    'bike.conversions',
    `id = ':returnedConversion'`,
    ['(status, failure)', `('CONVERTED', NULL)`, `('GIVEN_BACK', 'conflict')`],
    [
      'conversion :returnedConversion is GIVEN_BACK over 300, and the ledger has 300 on deposit::manager',
      ':returnedConversion: 300 points are due as GIVEN_BACK, and 0 were entered',
      'conversion :returnedConversion has status GIVEN_BACK, told as CONVERTED and failure conflict, told as nothing',
    ],
  ),
  'points that are taken, and nobody converts them': changed(
    'bike.conversions',
    `id = ':takenConversion'`,
    ['status', `'CONVERTED'`, `'TAKEN'`],
    [
      '200 points are taken, and nobody converts them (:takenConversion)',
      'conversion :takenConversion is TAKEN over 200, and the ledger has 200 on deposit::manager',
      'conversion :takenConversion has status TAKEN, told as CONVERTED',
    ],
  ),
};
