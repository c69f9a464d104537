-- What an event of a certificate tells, where a script makes the change and nobody read the record before (`certificateData`).
--
-- certificate  its key
-- reference    of it
-- status       that it has from now on, or empty: as it was saved
-- Returns a table, or nil where there is no order.
local function aboutOf(certificate, reference, status)
  local order, record, saved, account, certId = unpack(redis.call('HMGET', certificate, 'order', 'record', 'status', 'account', 'certId'))
  if not order or not record then return nil end
  order, record = cjson.decode(order), cjson.decode(record)
  local function given(value) return value and value ~= cjson.null and value or nil end
  local issue, correction = given(record.issue) or {}, given(record.correction) or {}
  return {
    reference = reference,
    status = status ~= '' and status or saved,
    domain = correction.domain or order.domain,
    product = order.product,
    account = given(record.account) or account or cjson.null,
    certId = tonumber(certId) or cjson.null,
    serialNumber = issue.serialNumber or cjson.null,
    notAfter = issue.notAfter or cjson.null,
  }
end

-- One event of it, as `tell` reads it; empty where there is no order.
local function eventOf(certificate, reference, status, type, at)
  local about = aboutOf(certificate, reference, status)
  return about and cjson.encode({ { type, at, 'certificate/' .. reference, cjson.encode(about) } }) or ''
end
