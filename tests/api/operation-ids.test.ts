import { type Gateway, openGateway } from './gateway';

/** What generated clients call: a change here breaks whoever has one. */
const IDS = `
acceptDelivery bookmarkCourse cancelBooking cancelBookingForCustomer cancelOrder cancelOrderForCustomer collectBooking
completeDelivery confirmMyContact convertMyPoints createAudit createBike createBikeReport createBooking createCourse
createCourseComment createCourseReview createDevToken createKickboard createManager createMenu createOrder createPass
createRental createRide createScreening createStation createThing createWebhook decideOnParked declineDelivery
deleteBike deleteCourse deleteKickboard deleteMenu deleteScreening deleteStation deleteThing deleteWebhook
followMyEvents getAudit getBike getBikeReport getBooking getBookingExplanation getBookingProgress getCourse
getCourseComment getCourseReview getCustomer getDelivery getEventCatalogue getGbfsGbfs getGbfsManifest
getGbfsStationInformation getGbfsStationStatus getGbfsSystemInformation getGbfsSystemPricingPlans getGbfsVehicleStatus
getGbfsVehicleTypes getHealth getKickboard getManager getMe getMenu getMetrics getMyContact getMyConversion
getMyDeposit getMyPoints getOpenApi getOrder getOrderExplanation getOrderProgress getOverview getPass
getPassExplanation getPassProgress getPaymentExplanation getReadiness getRental getRentalExplanation getRentalProgress
getRide getRideExplanation getRideProgress getScreening getStation getTopUp getWebhook goOffDuty goOnDuty likeCourse
listBikes listBookings listCourseComments listCourseReviews listCourses listDeliveries listKickboards
listLedgerAccounts listLedgerReconciliations listLedgerTransfers listMenus listMyDepositEntries listMyMessages
listMyPointEntries listOperatorsLog listOrders listParked listParkedEvents listPasses listRentals listRides listSagas
listScreenings listSentMessages listStations listThings listWebhooks polishThing resendMessage retryParked
retryParkedEvent returnRental returnRide rotateWebhookSecret search sendMyContactCode setMyContact settleParked
testWebhook topUpDeposit unbookmarkCourse unlikeCourse updateCourse updateStation updateWebhook writeOffParked
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
