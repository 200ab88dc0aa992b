// SPDX-License-Identifier: MIT
#pragma once

#include "admin/adminport.h"

#include <QHash>
#include <QPointer>
#include <QSet>

namespace Tidegate::Console {

//! The port knows one set of watched keys per resource; several tables may show rows of one. Their keys are joined
//! here (at most AdminPort::MaxWatchedKeys, in no particular order) and taken back when nobody looks. GUI thread.
class RowWatches : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    void setPort(Admin::AdminPort *port);
    void setActive(bool isActive);

    //! Replaces what \p watcher wanted of \p resource. Its death ends the watch.
    void watch(const QObject *watcher, const QString &resource, const QStringList &keys);
    void unwatch(const QObject *watcher);

private:
    struct Wish
    {
        QString resource;
        QStringList keys;
    };
    void tell(const QString &resource);

    QPointer<Admin::AdminPort> m_port;
    QHash<const QObject *, Wish> m_wishes;
    QHash<QString, QSet<QString>> m_told;
    bool m_isActive = true;
};

} // namespace Tidegate::Console
