import { row } from '../problem-row';

/** What movie and box office may answer that is no success. */
export const MOVIE_PROBLEMS = {
  'seat-taken': row(
    409,
    ['이미 선점된 좌석', '이미 다른 고객이 선택한 좌석입니다: {seats}. 다른 좌석을 골라 주세요.'],
    ['Seat taken', 'Someone else has these seats: {seats}. Choose others.'],
  ),
  'screening-started': row(
    409,
    ['상영 시작', '상영이 이미 시작되어 예매할 수 없습니다. 다른 상영을 골라 주세요.'],
    ['Screening started', 'The screening has started and is no longer sold. Choose another.'],
  ),
  'hall-busy': row(
    409,
    ['상영관 사용 중', '그 시간에는 상영관에 다른 상영이 있습니다. 시간이나 상영관을 바꿔 주세요.'],
    ['Hall busy', 'Another screening has the hall at that time. Choose another time or hall.'],
  ),
  'screening-sold': row(
    409,
    [
      '예매된 상영',
      '예매되었거나 결제 중인 좌석이 있는 상영은 삭제할 수 없습니다. 예매를 먼저 취소해 주세요.',
    ],
    ['Screening sold', 'Seats of this screening are sold or being paid for. Cancel those bookings first.'],
  ),
  'price-mismatch': row(
    422,
    ['금액 불일치', '보내신 총액이 실제 금액과 다릅니다. 가격을 다시 조회한 뒤 예매해 주세요.'],
    ['Price mismatch', 'The total you sent is not the price. Read the price again before you book.'],
  ),
  'unknown-seat': row(
    422,
    [
      '없는 좌석',
      '이 상영에 없는 좌석: {seats}. 좌석은 행 번호와 열 문자로 적어 주세요. 예: 1A부터 {last}까지.',
    ],
    [
      'Unknown seat',
      'The screening has no such seats: {seats}. A seat is its row and then the letter of its column: from 1A to {last}.',
    ],
  ),
  'unknown-screening': row(
    422,
    ['없는 상영', 'screeningId에 해당하는 상영이 없습니다. 상영 목록을 확인해 주세요.'],
    ['Unknown screening', 'No screening has this screeningId. Check the list of screenings.'],
  ),
  'too-late': row(
    409,
    ['기한 지남', '취소할 수 있는 시간이 지났습니다.'],
    ['Too late', 'The time for this has passed.'],
  ),
  'already-collected': row(
    409,
    ['이미 수령한 티켓', '티켓을 이미 수령한 예매입니다.'],
    ['Already collected', 'The tickets of this booking have been collected.'],
  ),
  'no-show': row(
    409,
    ['미관람 처리', '티켓을 수령하지 않은 채 상영이 끝난 예매입니다.'],
    ['No-show', 'The screening ended without the tickets being collected.'],
  ),
  'ticket-not-issued': row(
    409,
    ['티켓 미발행', '티켓이 아직 발행되지 않았습니다. 잠시 후 다시 시도해 주세요.'],
    ['Ticket not issued', 'The ticket has not been issued yet. Try again in a moment.'],
  ),
  'movie-unavailable': row(
    503,
    ['예매 일시 불가', '지금은 영화 예매를 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Movies unavailable', 'Movie bookings cannot be served right now. Try again in a moment.'],
    5,
  ),
  'boxoffice-unavailable': row(
    503,
    ['매표소 일시 불가', '지금은 매표소를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Box office unavailable', 'The box office cannot be reached right now. Try again in a moment.'],
    5,
  ),
};
