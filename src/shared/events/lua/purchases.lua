-- Tells the purchases of an order that Redis did not know of, where a journal or an order that was sent again brings them back.
-- To be included behind `tell` and `about`.

-- before  the JSON of those that were known, or false
local function tellPurchases(stream, certificate, reference, before)
  local list = redis.call('HGET', certificate, 'purchases')
  if not list or list == before or list == '[]' then return end
  local about = aboutOf(certificate, reference, '')
  if not about then return end
  local known = {}
  for _, purchase in ipairs(cjson.decode(before or '[]')) do known[purchase.certId] = true end
  for _, purchase in ipairs(cjson.decode(list)) do
    if not known[purchase.certId] then
      about.certId = purchase.certId
      tell(stream, cjson.encode({ { 'certificate.purchased', purchase.at, 'certificate/' .. reference, cjson.encode(about) } }))
    end
  end
end
