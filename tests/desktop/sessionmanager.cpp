// SPDX-License-Identifier: MIT
#include "desktop/sessionmanager.h"

#include <QSocketNotifier>

#include <cstdlib>
#include <cstring>
#include <vector>

// The X headers define words that Qt uses; they come last.
#include <X11/ICE/ICElib.h>
#include <X11/ICE/ICEutil.h>
#include <X11/SM/SMlib.h>

namespace Tidegate::Desktop {

namespace {

int acceptEverybody(char *)
{
    return 1; // the socket is this machine's
}

} // namespace

struct SessionManager::Parts
{
    struct Client
    {
        SmsConn connection = nullptr;
        bool isRegistered = false;
        bool isEnding = false;
        bool isGone = false;
    };
    struct Wire
    {
        IceConn connection = nullptr;
        std::unique_ptr<QSocketNotifier> notifier;
    };

    explicit Parts(SessionManager *manager)
        : owner(manager)
    {
    }

    SessionManager *owner;
    int listenerCount = 0;
    IceListenObj *listeners = nullptr;
    std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
    std::vector<std::unique_ptr<Wire>> wires;
    std::vector<std::unique_ptr<Client>> clients;

    Client *client(SmsConn connection)
    {
        for (const auto &each : clients) {
            if (each->connection == connection)
                return each.get();
        }
        return nullptr;
    }

    void accept(IceListenObj listener)
    {
        IceAcceptStatus status = IceAcceptSuccess;
        const IceConn connection = IceAcceptConnection(listener, &status);
        if (!connection)
            return;
        auto wire = std::make_unique<Wire>();
        wire->connection = connection;
        wire->notifier = std::make_unique<QSocketNotifier>(IceConnectionNumber(connection), QSocketNotifier::Read);
        QObject::connect(wire->notifier.get(), &QSocketNotifier::activated, owner,
                         [this, raw = wire.get()] { process(*raw); });
        wires.push_back(std::move(wire));
    }

    void process(Wire &wire)
    {
        if (IceProcessMessages(wire.connection, nullptr, nullptr) != IceProcessMessagesSuccess)
            wire.notifier->setEnabled(false);
    }
};

SessionManager::SessionManager()
    : m_parts(std::make_unique<SessionManager::Parts>(this))
{
}

SessionManager::~SessionManager()
{
    m_parts->notifiers.clear();
    m_parts->wires.clear();
    if (m_parts->listeners)
        IceFreeListenObjs(m_parts->listenerCount, m_parts->listeners);
}

bool SessionManager::start()
{
    static const auto onRegister = [](SmsConn connection, SmPointer data, char *previousId) -> Status {
        auto *self = static_cast<SessionManager *>(data);
        char *id = previousId ? previousId : SmsGenerateClientID(connection);
        const Status status = SmsRegisterClientReply(connection, id);
        // As the protocol wants it: a new client saves once, so that its properties are known.
        SmsSaveYourself(connection, SmSaveLocal, False, SmInteractStyleNone, False);
        if (auto *client = self->m_parts->client(connection))
            client->isRegistered = true;
        Q_EMIT self->clientRegistered();
        return status;
    };
    static const auto onSaved = [](SmsConn connection, SmPointer data, Bool isSuccess) {
        auto *self = static_cast<SessionManager *>(data);
        auto *client = self->m_parts->client(connection);
        if (client && client->isEnding)
            SmsDie(connection);
        else
            SmsSaveComplete(connection);
        Q_EMIT self->clientSaved(isSuccess);
    };
    static const auto onClose = [](SmsConn connection, SmPointer data, int count, char **reasons) {
        auto *self = static_cast<SessionManager *>(data);
        SmFreeReasons(count, reasons);
        if (auto *client = self->m_parts->client(connection))
            client->isGone = true;
        Q_EMIT self->clientLeft();
    };
    static const auto onNewClient = [](SmsConn connection, SmPointer data, unsigned long *mask, SmsCallbacks *callbacks,
                                       char **) -> Status {
        auto *self = static_cast<SessionManager *>(data);
        auto client = std::make_unique<SessionManager::Parts::Client>();
        client->connection = connection;
        self->m_parts->clients.push_back(std::move(client));
        *mask = SmsRegisterClientProcMask | SmsInteractRequestProcMask | SmsInteractDoneProcMask |
                SmsSaveYourselfRequestProcMask | SmsSaveYourselfP2RequestProcMask | SmsSaveYourselfDoneProcMask |
                SmsCloseConnectionProcMask | SmsSetPropertiesProcMask | SmsDeletePropertiesProcMask |
                SmsGetPropertiesProcMask;
        std::memset(callbacks, 0, sizeof *callbacks);
        callbacks->register_client = {+onRegister, data};
        callbacks->interact_request = {[](SmsConn asking, SmPointer, int) { SmsInteract(asking); }, data};
        callbacks->interact_done = {[](SmsConn, SmPointer, Bool) {}, data};
        callbacks->save_yourself_request = {[](SmsConn, SmPointer, int, Bool, int, Bool, Bool) {}, data};
        callbacks->save_yourself_phase2_request = {[](SmsConn asking, SmPointer) { SmsSaveYourselfPhase2(asking); },
                                                   data};
        callbacks->save_yourself_done = {+onSaved, data};
        callbacks->close_connection = {+onClose, data};
        callbacks->set_properties = {[](SmsConn, SmPointer, int count, SmProp **properties) {
                                         for (int i = 0; i < count; ++i)
                                             SmFreeProperty(properties[i]);
                                         std::free(properties);
                                     },
                                     data};
        callbacks->delete_properties = {[](SmsConn, SmPointer, int count, char **names) {
                                            for (int i = 0; i < count; ++i)
                                                std::free(names[i]);
                                            std::free(names);
                                        },
                                        data};
        callbacks->get_properties = {[](SmsConn asking, SmPointer) { SmsReturnProperties(asking, 0, nullptr); }, data};
        return 1;
    };

    char problem[256] = {};
    if (!SmsInitialize("Tidegate tests", "1", +onNewClient, this, acceptEverybody, sizeof problem, problem) ||
        !IceListenForConnections(&m_parts->listenerCount, &m_parts->listeners, sizeof problem, problem)) {
        qWarning("no session manager: %s", problem);
        return false;
    }
    for (int i = 0; i < m_parts->listenerCount; ++i) {
        IceListenObj listener = m_parts->listeners[i];
        IceSetHostBasedAuthProc(listener, acceptEverybody);
        auto notifier =
            std::make_unique<QSocketNotifier>(IceGetListenConnectionNumber(listener), QSocketNotifier::Read);
        connect(notifier.get(), &QSocketNotifier::activated, this, [this, listener] { m_parts->accept(listener); });
        m_parts->notifiers.push_back(std::move(notifier));
    }
    return true;
}

QByteArray SessionManager::address() const
{
    char *list = IceComposeNetworkIdList(m_parts->listenerCount, m_parts->listeners);
    const QByteArray address(list);
    std::free(list);
    return address;
}

int SessionManager::clientCount() const
{
    int count = 0;
    for (const auto &client : m_parts->clients)
        count += client->isRegistered && !client->isGone;
    return count;
}

void SessionManager::endSession()
{
    for (const auto &client : m_parts->clients) {
        if (client->isGone)
            continue;
        client->isEnding = true;
        SmsSaveYourself(client->connection, SmSaveBoth, True, SmInteractStyleAny, False);
    }
}

} // namespace Tidegate::Desktop
