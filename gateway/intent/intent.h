// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <memory>
#include <vector>

namespace Tidegate {

//! Where an intent stands. Pending until the backend has decided; indeterminate when it did not answer in time.
//! The numbers are stored; append only.
enum class IntentStatus : quint8 {
    Pending = 0,
    Acked = 1,
    Rejected = 2,
    Conflict = 3,
    Failed = 4,        //!< the backend was not reached or refused to decide; a retry of the id is forwarded again
    Indeterminate = 5, //!< the backend may or may not have applied it; on the SSMA wire "failed", retried alike
};

//! SSMA wire name; Indeterminate reads "failed" because clients know no other word for it.
QByteArray statusName(IntentStatus status);

//! A client's optimistic write as stored. Immutable once shared; a change makes a new value.
struct Intent
{
    //! Offset in the log (wire: logSeq); 0 while pending. Given when settled, so log order = publish order.
    quint64 seq = 0;
    QByteArray site;
    QByteArray id; //!< client-made, unique per site
    QByteArray name;
    QByteArray payload; //!< JSON text without line breaks
    //! JSON object text without line breaks, normalised, "actor" included, "reasons" and "channels" not.
    QByteArray meta;
    QByteArrayList channels;
    QByteArrayList reasons;
    QByteArray userId; //!< who wrote it; empty = no session
    QByteArray connectionId;
    IntentStatus status = IntentStatus::Pending;
    qint64 insertedAtMs = 0;
    qint64 updatedAtMs = 0;
    QByteArray backendCode;
    QByteArray backendMessage;
    //! Every transition as JSON text: [["received",1795225538047,"<actor>"],...]; append with appendTransition(). An
    //! operator's mark has a fourth element, an object.
    QByteArray history;

    qsizetype byteSize() const;
};

using IntentPtr = std::shared_ptr<const Intent>;

//! Appends one transition to \p intent's history. \p actor is a connection id, user id or "backend"/"gateway".
//! \p detailJson, if any, is a JSON text behind it.
void appendTransition(Intent &intent, QByteArrayView state, qint64 atMs, QByteArrayView actor,
                      QByteArrayView detailJson = {});

} // namespace Tidegate
