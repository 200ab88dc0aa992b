// SPDX-License-Identifier: MIT
#include "admin/resourcetable.h"
#include "admin/tablewords.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using namespace TableWords;
using enum ColumnType;

namespace {

Resource links()
{
    Resource r;
    r.name = u"links"_s;
    r.title = u"Connections"_s;
    r.doc = u"Clients that are connected now, whatever their dialect and transport."_s;
    r.keyField = u"id"_s;
    r.columns = {
        column(u"id"_s, u"Link"_s, Text, Both, u"Unique for the life of the process."_s),
        column(u"connection"_s, u"Connection"_s, Text, Both,
               u"The id its client was told; stands in intents and logs."_s),
        column(u"user"_s, u"User"_s, Text, Both, u"Id of the account; empty for guests."_s),
        column(u"role"_s, u"Role"_s, Enum, Both, u"What the client may do."_s, roleNames()),
        column(u"site"_s, u"Site"_s, Text, Both, u"Tenant it belongs to."_s),
        column(u"session"_s, u"Session"_s, Text, Filters, u"Login session; empty without one."_s),
        column(u"dialect"_s, u"Dialect"_s, Enum, Both, u"What it speaks."_s,
               {u"ssma"_s, u"sharedata"_s, u"mesh"_s, u"room"_s, u"admin"_s}),
        column(u"transport"_s, u"Transport"_s, Enum, Both, u"How its bytes travel."_s,
               {u"websocket"_s, u"sse"_s, u"webtransport"_s, u"inprocess"_s}),
        column(u"address"_s, u"Address"_s, Text, Both, u"The client's own, also behind a trusted proxy."_s),
        column(u"agent"_s, u"Agent"_s, Text, Filters, u"User-Agent header."_s),
        column(u"openedAt"_s, u"Since"_s, TimeMs, Both, u"When it was let in."_s),
        column(u"rttMs"_s, u"Round trip"_s, DurationMs, Both, u"Of the newest ping; unknown before the first."_s),
        column(u"subscriptions"_s, u"Subscriptions"_s, Integer, Both, u"Streams it follows."_s),
        column(u"queuedBytes"_s, u"Queue"_s, Bytes, Both, u"Owed to it and not yet taken by the network."_s),
        column(u"bytesIn"_s, u"Received"_s, Bytes, Both, u"From it, since it was let in."_s),
        column(u"bytesOut"_s, u"Sent"_s, Bytes, Both, u"To it, since it was let in."_s),
        column(u"messagesIn"_s, u"Frames in"_s, Integer, Both, u"Messages from it."_s),
        column(u"messagesOut"_s, u"Frames out"_s, Integer, Both, u"Messages to it; several may share one write."_s),
        column(u"throttle"_s, u"Throttle"_s, Integer, Both,
               u"Messages per window an operator has limited it to; unknown = only the configured limit."_s),
        column(u"lastRefusal"_s, u"Last refusal"_s, Text, Filters, u"Code of the newest frame refused to it."_s),
        column(u"lastRefusalAt"_s, u"Refused at"_s, TimeMs, Both, u"When that was."_s),
    };
    r.commands = {
        {u"kick"_s,
         u"Disconnect"_s,
         u"Closes the link with a goodbye; its client may connect again and resume."_s,
         OperatorRole::Operate,
         true,
         Command::Targets::Many,
         {reasonArgument(u"Told to the client and the audit."_s)}},
        {u"throttle"_s,
         u"Throttle"_s,
         u"Limits the messages taken from the link in each rate window; 0 lifts it. Ends with the link."_s,
         OperatorRole::Operate,
         false,
         Command::Targets::Many,
         {{u"max"_s, u"Messages per window"_s, Integer, {}, u"0 = only the configured limit."_s, true, 10}}},
    };
    r.defaultSort = u"openedAt"_s;
    r.isDefaultDescending = true;
    r.isLive = true;
    return r;
}

Resource streams()
{
    Resource r;
    r.name = u"streams"_s;
    r.title = u"Channels"_s;
    r.doc = u"Ordered sequences of events: what subscribers follow and what is kept for replays."_s;
    r.keyField = u"name"_s;
    r.columns = {
        column(u"name"_s, u"Stream"_s, Text, Both, u"Subject; dots separate its levels."_s),
        column(u"dialect"_s, u"Dialect"_s, Enum, Both, u"Whose stream it is."_s,
               {u"ssma"_s, u"sharedata"_s, u"mesh"_s, u"room"_s}),
        column(u"site"_s, u"Site"_s, Text, Both, u"Tenant; empty when it spans all."_s),
        column(u"channel"_s, u"Channel"_s, Text, Both,
               u"Name clients subscribe to; empty for streams of another kind."_s),
        column(u"kind"_s, u"Class"_s, Enum, Both, u"Durable streams are kept for replays, volatile ones are not."_s,
               {u"durable"_s, u"volatile"_s}),
        column(u"epoch"_s, u"Epoch"_s, Text, Filters, u"Offsets of different epochs do not compare."_s),
        column(u"head"_s, u"Head"_s, Integer, Both, u"Newest offset."_s),
        column(u"oldest"_s, u"Oldest"_s, Integer, Both, u"Oldest offset in memory; a deeper store may have more."_s),
        column(u"retained"_s, u"Retained"_s, Integer, Both, u"Events in memory."_s),
        column(u"retainedBytes"_s, u"Retained bytes"_s, Bytes, Both, u"What they weigh."_s),
        column(u"subscribers"_s, u"Subscribers"_s, Integer, Both, u"Links that follow it."_s),
        column(u"published"_s, u"Published"_s, Integer, Both, u"Publications since the start."_s),
        column(u"recoveries"_s, u"Recoveries"_s, Integer, Both,
               u"Times a reader came back for what it had missed, since the start."_s),
        column(u"gaps"_s, u"Gaps"_s, Integer, Both,
               u"Of these: times something was gone and the reader was told so."_s),
        column(u"rate"_s, u"Rate"_s, Number, Both, u"Publications per second, over the last ten seconds."_s),
        column(u"lastEventAt"_s, u"Last event"_s, TimeMs, Both, u"Of the newest publication."_s),
    };
    r.defaultSort = u"name"_s;
    r.isLive = true;
    return r;
}

Resource subscriptions()
{
    Resource r;
    r.name = u"subscriptions"_s;
    r.title = u"Subscriptions"_s;
    r.doc = u"Who follows which stream, and what it was told when it came (back)."_s;
    r.keyField = u"id"_s;
    r.columns = {
        column(u"id"_s, u"Subscription"_s, Text, Filters, u"Link and stream with its parameters."_s),
        column(u"link"_s, u"Link"_s, Text, Both, u"See links."_s),
        column(u"connection"_s, u"Connection"_s, Text, Both, u"The id its client was told."_s),
        column(u"user"_s, u"User"_s, Text, Both, u"Empty for guests."_s),
        column(u"role"_s, u"Role"_s, Enum, Both, u"What the client may do."_s, roleNames()),
        column(u"site"_s, u"Site"_s, Text, Both, u"Tenant."_s),
        column(u"stream"_s, u"Stream"_s, Text, Both, u"See streams."_s),
        column(u"channel"_s, u"Channel"_s, Text, Both, u"As the client named it."_s),
        column(u"parameters"_s, u"Parameters"_s, Json, Plain, u"Part of the subscription's identity."_s),
        column(u"filter"_s, u"Filter"_s, Json, Plain, u"Narrows what is sent."_s),
        column(u"since"_s, u"Since"_s, TimeMs, Both, u"When it was made."_s),
        column(u"startedAfter"_s, u"Started after"_s, Integer, Both, u"Offset it was brought up to when it came."_s),
        column(u"position"_s, u"Position"_s, Integer, Both,
               u"Newest offset handed to it; its start until the first."_s),
        column(u"head"_s, u"Head"_s, Integer, Both, u"Newest offset of the log; other streams' events count too."_s),
        column(u"continuity"_s, u"Continuity"_s, Enum, Both,
               u"exact: nothing was missed; snapshot: it got the present state; gap: something is missing."_s,
               {u"exact"_s, u"snapshot"_s, u"gap"_s}),
        column(u"gapReason"_s, u"Gap"_s, Text, Both, u"Why something is missing."_s),
        column(u"recoveries"_s, u"Recoveries"_s, Integer, Both, u"Times the client asked for what it missed."_s),
    };
    r.defaultSort = u"since"_s;
    r.isDefaultDescending = true;
    return r;
}

Resource events()
{
    Resource r;
    r.name = u"events"_s;
    r.title = u"Retained events"_s;
    r.doc = u"What one stream keeps in memory for replays, by offset or by time."_s;
    r.keyField = u"offset"_s;
    r.columns = {
        column(u"offset"_s, u"Offset"_s, Integer, Both, u"Ascends within the epoch; may have gaps."_s),
        column(u"stream"_s, u"Stream"_s, Text, Filters, u"Which stream; must be named."_s),
        column(u"at"_s, u"At"_s, TimeMs, Both, u"When it was stored."_s),
        column(u"key"_s, u"Key"_s, Text, Filters, u"What it is about: id of an intent, island or document."_s),
        column(u"minRole"_s, u"Visible from"_s, Enum, Filters, u"Least role that may see it."_s, roleNames()),
        column(u"bytes"_s, u"Size"_s, Bytes, Both, u"In memory."_s),
        column(u"payload"_s, u"Payload"_s, Json, Plain, u"As live subscribers see it."_s),
        column(u"replayed"_s, u"Replay adds"_s, Json, Detail, u"What a replay shows in addition."_s),
    };
    r.requiredFilters = {u"stream"_s};
    r.defaultSort = u"offset"_s;
    r.isDefaultDescending = true;
    return r;
}

QStringList markColours()
{
    return {u"none"_s, u"red"_s, u"amber"_s, u"green"_s, u"blue"_s, u"violet"_s};
}

Resource intents()
{
    Resource r;
    r.name = u"intents"_s;
    r.title = u"Intents"_s;
    r.doc = u"Clients' writes as stored: every state, also those still undecided."_s;
    r.keyField = u"key"_s;
    r.columns = {
        column(u"key"_s, u"Key"_s, Text, Plain, u"Site and id, slash between, each percent-encoded."_s),
        column(u"id"_s, u"Intent"_s, Text, Filters, u"Made by its client, unique per site."_s),
        column(u"site"_s, u"Site"_s, Text, Filters, u"Tenant."_s),
        column(u"seq"_s, u"Offset"_s, Integer, Both, u"Place in the log; unknown until decided."_s),
        column(u"name"_s, u"Name"_s, Text, Filters, u"What it wants."_s),
        column(u"status"_s, u"Status"_s, Enum, Filters, u"failed and indeterminate are the dead letters."_s,
               {u"pending"_s, u"acked"_s, u"rejected"_s, u"conflict"_s, u"failed"_s, u"indeterminate"_s}),
        column(u"reasons"_s, u"Reasons"_s, Json, Filters, u"List; Contains looks for one."_s),
        column(u"channels"_s, u"Channels"_s, Json, Filters, u"List; Contains looks for one."_s),
        column(u"user"_s, u"User"_s, Text, Filters, u"Who wrote it."_s),
        column(u"connection"_s, u"Connection"_s, Text, Filters, u"Over which it came."_s),
        column(u"insertedAt"_s, u"Received"_s, TimeMs, Both, u"When it was first stored."_s),
        column(u"updatedAt"_s, u"Updated"_s, TimeMs, Filters, u"Newest transition."_s),
        column(u"backendCode"_s, u"Backend code"_s, Text, Filters, u"The backend's word for a refusal."_s),
        column(u"backendMessage"_s, u"Backend says"_s, Text, Plain, u"And its text."_s),
        column(u"handled"_s, u"Handled"_s, Bool, Filters, u"What its newest mark says; false without one."_s),
        column(u"mark"_s, u"Mark"_s, Json, Plain,
               u"An operator's note, colour and whether it is handled; by whom and when."_s),
        column(u"payload"_s, u"Payload"_s, Json, Detail, u"What the client sent."_s),
        column(u"meta"_s, u"Meta"_s, Json, Detail, u"Normalised, with its actor."_s),
    };
    const Argument reason = reasonArgument(u"Kept with the intent and in the audit."_s);
    r.commands = {
        {u"retry"_s,
         u"Retry"_s,
         u"Forwards a failed or indeterminate intent to the backend again, under its old key."_s,
         OperatorRole::Operate,
         false,
         Command::Targets::Many,
         {}},
        {u"rework"_s,
         u"Rework"_s,
         u"Marks it for rework and publishes it again at the log's end."_s,
         OperatorRole::Operate,
         true,
         Command::Targets::Many,
         {reason}},
        {u"undo"_s,
         u"Undo"_s,
         u"Marks it undone and publishes it again at the log's end."_s,
         OperatorRole::Operate,
         true,
         Command::Targets::Many,
         {reason}},
        {u"mark"_s,
         u"Mark"_s,
         u"Notes something at it for other operators; no client sees it. The newest mark counts, all stay in its history."_s,
         OperatorRole::Operate,
         false,
         Command::Targets::Many,
         {{u"note"_s, u"Note"_s, Text, {}, u"At most 500 characters."_s, false, {}},
          {u"colour"_s, u"Colour"_s, Enum, markColours(), u"How it stands out in lists."_s, false, u"none"_s},
          {u"handled"_s, u"Handled"_s, Bool, {}, u"Nobody needs to look at it any more."_s, false, false}}},
    };
    r.defaultSort = u"seq"_s;
    r.isDefaultDescending = true;
    r.isLive = true;
    return r;
}

Resource transitions()
{
    Resource r;
    r.name = u"transitions"_s;
    r.title = u"Transitions"_s;
    r.doc = u"The way of one intent through its states."_s;
    r.keyField = u"number"_s;
    r.columns = {
        column(u"number"_s, u"No."_s, Integer, Sorts, u"From 1, in the order they happened."_s),
        column(u"intent"_s, u"Intent"_s, Text, Filters, u"Key of the intent; must be named."_s),
        column(u"state"_s, u"State"_s, Text, Filters, u"What it became."_s),
        column(u"at"_s, u"At"_s, TimeMs, Plain, u"When."_s),
        column(u"afterMs"_s, u"After"_s, DurationMs, Plain, u"Since the transition before."_s),
        column(u"actor"_s, u"Actor"_s, Text, Filters, u"Connection, user, \"backend\", \"gateway\" or an operator."_s),
        column(u"mark"_s, u"Mark"_s, Json, Plain, u"What an operator noted; only of the state \"marked\"."_s),
    };
    r.requiredFilters = {u"intent"_s};
    r.defaultSort = u"number"_s;
    return r;
}

Resource subjects()
{
    Resource r;
    r.name = u"subjects"_s;
    r.title = u"Subjects"_s;
    r.doc = u"What went through the mesh since the start, by the first token of the subject."_s;
    r.keyField = u"prefix"_s;
    r.columns = {
        column(u"prefix"_s, u"Prefix"_s, Text, Both, u"First token; * = all that found no row of their own."_s),
        column(u"published"_s, u"Published"_s, Integer, Both, u"Messages from clients of this gateway."_s),
        column(u"publishedBytes"_s, u"Bytes in"_s, Bytes, Both, u"Their payloads."_s),
        column(u"requested"_s, u"Requests"_s, Integer, Both, u"From clients of this gateway."_s),
        column(u"delivered"_s, u"Delivered"_s, Integer, Both,
               u"To subscriptions of this gateway's clients, whoever published."_s),
        column(u"deliveredBytes"_s, u"Bytes out"_s, Bytes, Both, u"Their payloads, once for each."_s),
        column(u"refused"_s, u"Refused"_s, Integer, Both, u"See decisions."_s),
    };
    r.defaultSort = u"delivered"_s;
    r.isDefaultDescending = true;
    r.isLive = true;
    return r;
}

} // namespace

QList<Resource> trafficResources()
{
    return {links(), streams(), subscriptions(), events(), intents(), transitions(), subjects()};
}

} // namespace Tidegate::Admin
