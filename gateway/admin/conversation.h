// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"

#include <functional>
#include <memory>

namespace Tidegate::Admin {

//! One operator's end of a WebSocket: JSON messages in, JSON messages out, an AdminPort behind it. On the port's
//! thread.
//!
//! In: {"id":N,"op":OP,...}; out: {"id":N,"result":{...}} or {"id":N,"error":{code,text}}, in any order. Ops: "page",
//! "one" {resource,key}, "invoke", "history" {since}, "explain", and, answered by {}, "watch-statistics" {on},
//! "watch-rows" {resource,keys}, "unwatch-rows" {resource}, "watch-log", "unwatch-log". Their members are those of
//! adminjson.h. Unasked: {"event":"identity"|"statistics"|"rows"|"revision"|"log",...}; identity is the first message.
//!
//! Bound: MaxOpen requests without an answer; further ones end as RateLimited.
class Conversation final : public QObject
{
    Q_OBJECT
public:
    static constexpr int MaxOpen = 64;
    using Send = std::function<void(const QJsonObject &message)>;

    //! Speaks at once: identity.
    Conversation(std::unique_ptr<AdminPort> port, Send send);
    ~Conversation() override;

    //! False: it was no JSON object, and the other end should be sent away.
    [[nodiscard]] bool receive(const QByteArray &text);
    void take(const QJsonObject &message);

private:
    using Reply = std::function<void(Result<QJsonObject>)>;
    void perform(const QString &op, const QJsonObject &message, Reply reply);
    bool watch(const QString &op, const QJsonObject &message);
    void sendIdentity();

    const std::unique_ptr<AdminPort> m_port;
    const Send m_send;
    int m_open = 0;
};

} // namespace Tidegate::Admin
