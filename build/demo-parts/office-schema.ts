/** A small temple office in 16 tables, with most of what SQLite lets a schema say. */
export const officeSchema = `
CREATE TABLE admins (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  email TEXT COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
  created_on TEXT
);
CREATE TABLE employees (
  employee_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT COLLATE NOCASE,
  position TEXT,
  salary REAL,
  hired_on TEXT,
  manager TEXT REFERENCES employees(employee_id)
);
CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  member_no TEXT NOT NULL UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  full_name TEXT GENERATED ALWAYS AS (first_name || ' ' || last_name) VIRTUAL,
  email TEXT COLLATE NOCASE,
  phone TEXT,
  city TEXT,
  joined_on TEXT
);
CREATE TABLE rooms (code TEXT PRIMARY KEY, name TEXT NOT NULL, capacity INTEGER) WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  room TEXT REFERENCES rooms(code),
  organizer TEXT REFERENCES employees(employee_id),
  starts_at TEXT NOT NULL,
  seats INTEGER
);
CREATE TABLE bookings (
  event INTEGER NOT NULL REFERENCES events(id),
  member INTEGER NOT NULL REFERENCES members(id),
  seats INTEGER NOT NULL DEFAULT 1,
  status TEXT,
  PRIMARY KEY (event, member)
) WITHOUT ROWID;
CREATE TABLE rituals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, fee INTEGER, minutes INTEGER, steps TEXT);
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY,
  ritual INTEGER NOT NULL REFERENCES rituals(id),
  room TEXT NOT NULL REFERENCES rooms(code),
  weekday INTEGER NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (room, weekday, at)
);
CREATE TABLE vendors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, contact TEXT, phone TEXT, tax_no TEXT UNIQUE);
CREATE TABLE donations (
  id INTEGER PRIMARY KEY,
  member INTEGER REFERENCES members(id),
  amount INTEGER NOT NULL,
  purpose TEXT,
  received_on TEXT,
  receipt_no TEXT NOT NULL UNIQUE
);
CREATE TABLE expenses (
  id INTEGER PRIMARY KEY,
  vendor INTEGER REFERENCES vendors(id),
  amount REAL NOT NULL,
  category TEXT,
  paid_on TEXT
) STRICT;
CREATE TABLE inventory (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  quantity INTEGER,
  unit TEXT,
  vendor INTEGER REFERENCES vendors(id),
  room TEXT REFERENCES rooms(code)
);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  member INTEGER REFERENCES members(id),
  content BLOB,
  added_on TEXT
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  sender INTEGER REFERENCES admins(id),
  subject TEXT,
  body TEXT,
  sent_at TEXT
);
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  assignee TEXT REFERENCES employees(employee_id),
  parent INTEGER REFERENCES tasks(id),
  due_on TEXT,
  done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE settings (name TEXT PRIMARY KEY COLLATE NOCASE, value TEXT, note TEXT);

CREATE INDEX donations_by_member ON donations(member);
CREATE INDEX events_by_start ON events(starts_at);
CREATE VIEW guest_list AS
  SELECT e.title, m.full_name, b.seats FROM bookings b JOIN events e ON e.id = b.event JOIN members m ON m.id = b.member;
CREATE TRIGGER bookings_need_a_seat BEFORE INSERT ON bookings WHEN NEW.seats < 1
  BEGIN SELECT RAISE(ABORT, 'a booking needs a seat'); END;
`;
