// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <optional>
#include <variant>
#include <vector>

// Frames of the optimistic-sync dialect, client to server (SSMA spec 6.1), as values. Texts named "JSON" are raw JSON
// without line breaks, taken from the client's frame after full validation.

namespace Tidegate::Ssma {

//! One entry of an intent.batch after the normalisation of spec section 7 step 3, as far as it needs no server state.
struct IntentEntry
{
    QByteArray id; //!< empty when the client gave none
    QByteArray name;
    QByteArray payload;      //!< JSON
    QByteArray meta;         //!< JSON object: clock, crdt, undo, ... but not reasons, channels or actor
    QByteArrayList reasons;  //!< as given: cut to 64 characters, unique, at most 16
    QByteArrayList channels; //!< cut to 64 characters, unique, at most 8; {"global"} when none given
    QByteArray actor;        //!< cut to 96 characters; empty when not given (then the connection id is the actor)
    QByteArray undo;         //!< JSON of meta.undo, also still inside meta; empty when absent
};

struct IntentBatch
{
    std::vector<IntentEntry> intents;
};

struct ChannelSubscribe
{
    QByteArray channel;
    QByteArray params; //!< canonical JSON object (keys sorted at every level); "{}" when absent
    QByteArray filter; //!< JSON object; empty when absent or null
};

struct ChannelUnsubscribe
{
    QByteArray channel;
    QByteArray params;
};

struct ChannelResync
{
    QByteArray channel;
    QByteArray params;
    quint64 cursor = 0;
    qsizetype limit = 200;
};

struct ChannelCommand
{
    QByteArray channel;
    QByteArray params;
    QByteArray command;
    QByteArray args; //!< JSON object; "{}" when absent
};

struct Ping
{
};

using ClientFrame =
    std::variant<IntentBatch, ChannelSubscribe, ChannelUnsubscribe, ChannelResync, ChannelCommand, Ping>;

//! Why a frame was refused; becomes an `error` frame (spec 6.2).
struct FrameError
{
    QByteArray code; //!< INVALID_JSON, INVALID_CONTRACT, UNKNOWN_TYPE
    QByteArray message;
    QByteArray details;                //!< JSON array of {instancePath,schemaPath,keyword,params,message}; may be empty
    std::vector<QByteArray> intentIds; //!< ids found in a refused batch, so that a client can fail them at once
};

} // namespace Tidegate::Ssma
