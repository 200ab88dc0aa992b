// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminvalues.h"
#include "admin/conversation.h"
#include "admin/local/adminservice.h"
#include "auth/authenticator.h"
#include "transport/httpmessage.h"

#include <mutex>
#include <unordered_map>

namespace Tidegate::Admin {

//! Which role of the gateway's accounts makes which operator. Settings admin.*.
struct OperatorRoles
{
    Role view = Role::Staff;
    Role operate = Role::Admin;
    Role admin = Role::Admin;

    std::optional<OperatorRole> roleOf(const Principal &principal) const;
};

//! Lets operators of other processes in: tells who a request is, and keeps their conversations on the gateway's thread.
//! Bound: MaxConversations at a time; further ones are refused.
class OperatorGate
{
public:
    static constexpr int MaxConversations = 64;

    OperatorGate(AdminService &service, const Authenticator &authenticator);
    ~OperatorGate();

    // Any thread.
    void setRoles(const OperatorRoles &roles);
    struct Visitor
    {
        Principal principal;
        Operator who;
    };
    //! Unauthenticated, Forbidden; the text names the setting.
    Result<Visitor> admit(const HttpRequest &request) const;

    //! One link's end. Everything is called from any thread and happens on the gateway's; \p send and \p close are
    //! called there.
    struct Caller
    {
        Visitor visitor;
        Conversation::Send send;
        std::function<void(quint16 code, QByteArray text)> close;
    };
    void open(quint64 link, Caller caller);
    void receive(quint64 link, QByteArray text);
    void close(quint64 link);

    //! One request without a link (HTTP): \p message as in a conversation. Any thread; \p done runs on the gateway's,
    //! and not at all once the gateway stops.
    void ask(Visitor visitor, QJsonObject message, std::function<void(Result<QJsonObject>)> done);

    // On the gateway's thread.
    //! The login behind conversations has ended.
    void endSession(const QByteArray &sessionId);
    //! Call every second or so: tokens end on live links too.
    void endExpired();
    //! Last call: conversations end here, whatever thread lets go of the gate at last.
    void shutDown();

    AdminService &service() { return m_service; }

private:
    struct Talk;
    //! Links have other numbers: this is no shard's.
    static constexpr quint64 FirstSingleTalk = quint64(0xff) << 56;

    AdminService &m_service;
    const Authenticator &m_authenticator;
    const std::shared_ptr<TaskQueue> m_home;
    mutable std::mutex m_mutex; //!< a leaf, around m_roles
    OperatorRoles m_roles;
    std::unordered_map<quint64, std::unique_ptr<Talk>> m_talks; //!< gateway's thread
    quint64 m_singleTalks = 0;                                  //!< likewise
};

} // namespace Tidegate::Admin
