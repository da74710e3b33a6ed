import { row } from '../problem-row';

/** What bikes, their managers and billing may answer that is no success. */
export const BIKE_PROBLEMS = {
  'unpaid-bill': row(
    402,
    [
      '미납 요금',
      '결제되지 않은 이용 요금이 있어 대여할 수 없습니다. 예치금을 충전하면 자동으로 정산됩니다.',
    ],
    [
      'Unpaid bill',
      'A bill of yours stands unpaid. Top up your deposit: it is settled by itself, then rent again.',
    ],
  ),
  'bike-rented': row(
    409,
    ['대여 중인 자전거', '대여 중인 자전거는 삭제할 수 없습니다. 반납 처리한 뒤 다시 시도해 주세요.'],
    ['Bike rented', 'A bike that is out cannot be deleted. Have it returned first.'],
  ),
  'bike-unavailable': row(
    409,
    ['이용할 수 없는 자전거', '사용 중이거나 고장 난 자전거입니다. 다른 자전거를 골라 주세요.'],
    ['Bike unavailable', 'This bike is in use or broken. Choose another.'],
  ),
  'too-many-bikes': row(
    409,
    ['자전거 대수 초과', '한 번에 빌릴 수 있는 대수를 모두 빌리셨습니다. 한 대를 반납한 뒤 빌려 주세요.'],
    ['Too many bikes', 'You have as many bikes as one may have at once. Bring one back, then rent.'],
  ),
  'already-returned': row(
    409,
    ['이미 반납됨', '이미 반납이 완료되었습니다. 더 하실 일은 없습니다.'],
    ['Already returned', 'This has been returned already; there is nothing left to do.'],
  ),
  'not-enough-points': row(
    409,
    ['포인트 부족', '보유한 포인트보다 많이 전환할 수 없습니다. 포인트를 확인해 주세요.'],
    ['Not enough points', 'You have fewer points than that. Check how many you have.'],
  ),
  'not-registered': row(
    403,
    ['등록되지 않은 관리자', '등록된 자전거 관리자만 신고할 수 있습니다. 운영자에게 등록을 요청해 주세요.'],
    ['Not registered', 'Only registered bike managers report. Ask an administrator to register you.'],
  ),
  'already-registered': row(
    409,
    ['이미 등록됨', '이미 등록된 자전거 관리자입니다.'],
    ['Already registered', 'This user is registered as a bike manager already.'],
  ),
  'unknown-bike': row(
    422,
    ['없는 자전거', 'bikeId에 해당하는 자전거가 없습니다. 자전거 목록을 확인해 주세요.'],
    ['Unknown bike', 'No bike has this bikeId. Check the list of bikes.'],
  ),
  'station-in-use': row(
    409,
    [
      '이용 중인 대여소',
      '자전거나 킥보드가 서 있는 대여소는 삭제할 수 없습니다. 옮긴 뒤 다시 시도해 주세요.',
    ],
    ['Station in use', 'Vehicles stand at this station. Move them, then delete it.'],
  ),
  'unknown-station': row(
    422,
    ['없는 대여소', 'stationId에 해당하는 대여소가 없습니다. 대여소 목록을 확인해 주세요.'],
    ['Unknown station', 'No station has this stationId. Check the list of stations.'],
  ),
  'bike-unavailable-now': row(
    503,
    ['자전거 일시 불가', '지금은 자전거 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Bikes unavailable now', 'Bikes cannot be served right now. Try again in a moment.'],
    5,
  ),
  'billing-unavailable': row(
    503,
    ['정산 일시 불가', '지금은 요금 정산 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Billing unavailable', 'Billing cannot be reached right now. Try again in a moment.'],
    5,
  ),
};
