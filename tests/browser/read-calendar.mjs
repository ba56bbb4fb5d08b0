// Reads an iCalendar from standard input with ical.js and writes its events as JSON.
import ICAL from 'ical.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const calendar = new ICAL.Component(ICAL.parse(Buffer.concat(chunks).toString('utf8')));
for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const events = calendar.getAllSubcomponents('vevent').map((component) => {
  const event = new ICAL.Event(component);
  const utc = event.startDate.convertToZone(ICAL.Timezone.utcTimezone);
  return { uid: event.uid, summary: event.summary, start: event.startDate.toString(), zone: event.startDate.zone.tzid, utc: utc.toString() };
});
process.stdout.write(JSON.stringify({ name: calendar.getFirstPropertyValue('x-wr-calname'), events }));
