// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What a stream is, in one line of numbers.
Item {
    id: head

    required property Session session
    property string stream
    readonly property alias detail: detail
    readonly property var shown: ["head", "oldest", "retained", "retainedBytes", "subscribers", "rate", "recoveries", "gaps", "epoch"]
    readonly property var row: detail.row
    readonly property string kind: row.kind || ""
    readonly property var facts: detail.facts

    implicitHeight: 84

    RowDetail {
        id: detail

        session: head.session
        resource: "streams"
        key: head.stream
    }

    Label {
        id: name

        width: parent.width - kindChip.width - Theme.gap3
        text: head.stream
        isNumber: true
        font.pixelSize: Theme.titleSize
        font.weight: Font.Medium
        elide: Text.ElideMiddle
    }

    Chip {
        id: kindChip

        anchors.right: parent.right
        anchors.verticalCenter: name.verticalCenter
        text: head.kind
        tone: Format.tone(head.kind)
        visible: head.kind.length > 0
    }

    Flow {
        y: 32
        width: parent.width
        height: 42
        spacing: Theme.gap6
        clip: true

        Repeater {
            model: head.facts.filter(fact => head.shown.includes(fact.name))

            Column {
                id: fact

                required property var modelData

                spacing: 2

                Caption { text: fact.modelData.title }

                Label {
                    text: fact.modelData.text
                    isNumber: true

                    HoverHandler { id: hover }

                    Tip {
                        text: fact.modelData.hint || fact.modelData.doc
                        visible: hover.hovered
                    }
                }
            }
        }
    }
}
