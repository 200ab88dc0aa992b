// SPDX-License-Identifier: MIT
#include "admin/resourcetable.h"
#include "admin/tablewords.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using namespace TableWords;
using enum ColumnType;

namespace {

Resource log()
{
    Resource r;
    r.name = u"log"_s;
    r.title = u"Event log"_s;
    r.doc = u"The newest lines of the business event log; watchLog() brings the ones to come."_s;
    r.keyField = u"number"_s;
    r.columns = {
        column(u"number"_s, u"No."_s, Integer, Both, u"Counts lines since the start."_s),
        column(u"at"_s, u"At"_s, TimeMs, Both, u"As the line says."_s),
        column(u"level"_s, u"Level"_s, Enum, Filters, u"How bad."_s, {u"debug"_s, u"info"_s, u"warn"_s, u"error"_s}),
        column(u"type"_s, u"Type"_s, Text, Both, u"What happened."_s),
        column(u"user"_s, u"User"_s, Text, Filters, u"To whom; mostly empty."_s),
        column(u"session"_s, u"Session"_s, Text, Filters, u"In which session; mostly empty."_s),
        column(u"data"_s, u"Data"_s, Json, Plain, u"The rest of the line."_s),
    };
    r.defaultSort = u"number"_s;
    r.isDefaultDescending = true;
    return r;
}

Resource audit()
{
    Resource r;
    r.name = u"audit"_s;
    r.title = u"Audit"_s;
    r.doc = u"What operators did, also what they were refused. Survives restarts."_s;
    r.keyField = u"number"_s;
    r.columns = {
        column(u"number"_s, u"No."_s, Integer, Both, u"Counts entries, over restarts."_s),
        column(u"at"_s, u"At"_s, TimeMs, Both, u"When."_s),
        column(u"actor"_s, u"Operator"_s, Text, Both, u"User id, or \"console\" in the gateway's own process."_s),
        column(u"role"_s, u"As"_s, Enum, Filters, u"Role it was done with."_s, {u"view"_s, u"operate"_s, u"admin"_s}),
        column(u"address"_s, u"Address"_s, Text, Filters, u"From where."_s),
        column(u"action"_s, u"Action"_s, Text, Both, u"Resource and command: \"links.kick\"."_s),
        column(u"targets"_s, u"Targets"_s, Json, Filters, u"Keys, at most the first ten."_s),
        column(u"targetCount"_s, u"Count"_s, Integer, Both, u"How many keys there were."_s),
        column(u"args"_s, u"Arguments"_s, Json, Plain, u"As given."_s),
        column(u"outcome"_s, u"Outcome"_s, Enum, Both, u"partial: some keys failed."_s,
               {u"done"_s, u"partial"_s, u"failed"_s, u"refused"_s}),
        column(u"text"_s, u"Text"_s, Text, Plain, u"What happened."_s),
    };
    r.defaultSort = u"number"_s;
    r.isDefaultDescending = true;
    return r;
}

Resource decisions()
{
    Resource r;
    r.name = u"decisions"_s;
    r.title = u"Why"_s;
    r.doc = u"The newest decisions that dropped, denied, filtered, delayed or closed something."_s;
    r.keyField = u"number"_s;
    r.columns = {
        column(u"number"_s, u"No."_s, Integer, Both, u"Counts decisions since the start."_s),
        column(u"at"_s, u"At"_s, TimeMs, Both, u"When; of several, the newest."_s),
        column(u"firstAt"_s, u"First"_s, TimeMs, Both, u"When the first of them was."_s),
        column(u"kind"_s, u"Kind"_s, Enum, Both,
               u"What was done; answered: with an outcome stored before, not carried out again."_s,
               {u"denied"_s, u"dropped"_s, u"filtered"_s, u"delayed"_s, u"closed"_s, u"gap"_s, u"answered"_s}),
        column(u"rule"_s, u"Rule"_s, Text, Both, u"What decided: a setting's key or the name of a built-in rule."_s),
        column(u"code"_s, u"Code"_s, Text, Both, u"What the client was told."_s),
        column(u"text"_s, u"Text"_s, Text, Plain, u"In words."_s),
        column(u"detail"_s, u"Detail"_s, Text, Plain, u"What else was known, of the newest."_s),
        column(u"fix"_s, u"To allow it"_s, Text, Detail, u"The setting, flag or role that would."_s),
        column(
            u"link"_s, u"Link"_s, Text, Both,
            u"Whom it met; empty before there was a link, and of many. Equal also finds what met an audience it is in."_s),
        column(u"user"_s, u"User"_s, Text, Both, u"Whom it met."_s),
        column(u"site"_s, u"Site"_s, Text, Both, u"Tenant."_s),
        column(u"subject"_s, u"About"_s, Text, Both, u"Channel, island, path, or \"intents\" and \"rows\"."_s),
        column(u"messages"_s, u"Messages"_s, Json, Filters,
               u"Ids of the intents or islands, at most the first 16; Contains looks for one."_s),
        column(u"count"_s, u"Times"_s, Integer, Both, u"Like decisions within ten seconds are one entry."_s),
    };
    r.defaultSort = u"number"_s;
    r.isDefaultDescending = true;
    r.isLive = true;
    return r;
}

Resource limits()
{
    Resource r;
    r.name = u"limits"_s;
    r.title = u"Rate limits"_s;
    r.doc = u"Who ran into which limit and how often, and who stands where at the moment."_s;
    r.keyField = u"key"_s;
    r.columns = {
        column(u"key"_s, u"Key"_s, Text, Plain, u"Limit and who."_s),
        column(u"limit"_s, u"Limit"_s, Text, Both, u"The setting that names the number."_s),
        column(u"who"_s, u"Who"_s, Text, Both, u"Address, connection or user, as the limit counts."_s),
        column(u"used"_s, u"Used"_s, Integer, Both, u"Of the window under way; unknown when there is none."_s),
        column(u"max"_s, u"Allowed"_s, Integer, Both, u"In one window."_s),
        column(u"resetsAt"_s, u"Resets"_s, TimeMs, Both, u"When that window ends."_s),
        column(u"hits"_s, u"Refused"_s, Integer, Both, u"Times it was refused since the start."_s),
        column(u"firstAt"_s, u"First"_s, TimeMs, Both, u"First refusal."_s),
        column(u"lastAt"_s, u"Newest"_s, TimeMs, Both, u"Newest refusal."_s),
    };
    r.defaultSort = u"lastAt"_s;
    r.isDefaultDescending = true;
    r.isLive = true;
    return r;
}

} // namespace

QList<Resource> recordResources()
{
    return {log(), audit(), decisions(), limits()};
}

} // namespace Tidegate::Admin
