import { type Gateway, openGateway } from './gateway';

/** What generated clients call: a change here breaks whoever has one. */
const IDS = `
acceptDelivery bookmarkCourse cancelBooking cancelOrder collectBooking completeDelivery confirmMyContact convertMyPoints
createBike createBikeReport createBooking createCourse createCourseComment createCourseReview createDevToken
createKickboard createManager createMenu createOrder createPass createRental createRide createScreening createThing
createWebhook declineDelivery deleteBike deleteCourse deleteKickboard deleteMenu deleteScreening deleteThing
deleteWebhook followMyEvents getBike getBikeReport getBooking getBookingProgress getCourse getCourseComment
getCourseReview getDelivery getEventCatalogue getHealth getKickboard getManager getMe getMenu getMetrics getMyContact
getMyConversion getMyDeposit getMyPoints getOpenApi getOrder getOrderProgress getPass getPassProgress getReadiness
getRental getRentalProgress getRide getRideProgress getScreening getTopUp getWebhook goOffDuty goOnDuty likeCourse
listBikes listBookings listCourseComments listCourseReviews listCourses listDeliveries listKickboards listMenus
listMyDepositEntries listMyMessages listMyPointEntries listOrders listParked listParkedEvents listPasses listRentals
listRides listScreenings listSentMessages listThings listWebhooks polishThing resendMessage retryParked
retryParkedEvent returnRental returnRide rotateWebhookSecret sendMyContactCode setMyContact settleParked testWebhook
topUpDeposit unbookmarkCourse unlikeCourse updateCourse updateWebhook writeOffParked
`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

test('every operation has the id by which clients call it, and no two have one', async () => {
  const { body } = await gateway.ask('GET', '/openapi.json');
  const ids = Object.values<any>(body.paths).flatMap((methods) =>
    Object.values<any>(methods).map(({ operationId }) => operationId as string),
  );
  expect(ids.sort()).toEqual(IDS.trim().split(/\s+/).sort());
});
