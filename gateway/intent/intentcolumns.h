// SPDX-License-Identifier: MIT
#pragma once

namespace Tidegate::IntentColumns {

//! Columns of a row of the log and of the inbox, in the order of every statement; from 1, as statements count
//! parameters. channel is the first of channels, and channels is null when there is no other.
enum Column {
    Site = 1,
    Id,
    FirstChannel,
    Channels,
    Reasons,
    Name,
    Status,
    InsertedAt,
    UpdatedAt,
    UserId,
    ConnectionId,
    BackendCode,
    BackendMessage,
    History,
    Meta,
    Payload,
};
inline constexpr int Count = Payload;

inline constexpr const char *Names[] = {
    "site",       "id",      "channel",       "channels",     "reasons",         "name",    "status", "inserted_at",
    "updated_at", "user_id", "connection_id", "backend_code", "backend_message", "history", "meta",   "payload"};
static_assert(sizeof Names / sizeof *Names == Count);

} // namespace Tidegate::IntentColumns
