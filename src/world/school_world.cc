#include <string_view>

namespace roost::world {

extern const std::string_view kSchoolWorld;

const std::string_view kSchoolWorld =
    R"yaml(# A school that grows by a few classes and students in every document, as the result of one job.
world: school
about: Teachers give classes, students enroll in them; no class is over-full, no enrollment an orphan.

parameters:
  max_enrollments: 5          # of a student
  capacity_utilization: 0.8   # share of a class's capacity that is given away

document:                     # the job's own fields
  name: result                # files are result_000000.json, ...
  fields:
    job_id: {sequence: {start: 1000}}
    node: {int: {between: [1, 40]}, hidden: true}
    host: {text: "node{node:02}.pool.example"}
    timestamp: {time: {start: 2026-01-05T08:00:00Z, every: 30s, spread: 25s}}
    run_seconds:
      number: {lognormal: [40, 0.8], between: [1, 3600], decimals: 3}
      unit: {is: s, other: ms, factor: 1000}

tables:
  teachers:
    rows: 2
    key: teacher_id
    fields:
      teacher_id: {sequence: {start: 1}}
      language: {choice: {en: 5, es: 2, de: 2, fr: 1, tr: 1, vi: 1, pl: 1, ja: 1, ar: 1}, hidden: true}
      given: &given
        hidden: true
        choice:
          by: language
          lists:
            en: [Emma, Oliver, Amelia, Jack, Grace, Henry, Ruby, Leo, Chloe, Thomas, Lily, James]
            es: [Lucía, Mateo, Sofía, Hugo, Martín, Paula, Álvaro, Inés, Íñigo, Carmen, Joaquín, Nuria]
            de: [Jürgen, Käthe, Sören, Anneliese, Björn, Grete, Matthias, Ursula, Günther, Lotte]
            fr: [Chloé, Étienne, Camille, Loïc, Zoé, Rémi, Aurélie, Benoît, Hélène, François]
            tr: [Ayşe, Mehmet, Çağla, Emre, İpek, Ömer, Gülşen, Yiğit, Şule, Kerem]
            vi: [Anh, Dũng, Hương, Khánh, Minh, Ngọc, Phương, Quân, Thảo, Tuấn]
            pl: [Zofia, Łukasz, Małgorzata, Paweł, Agnieszka, Stanisław, Żaneta, Michał, Grażyna, Błażej]
            ja: [陽葵, 蓮, 結菜, 湊, さくら, 大翔, 美咲, 悠真, 葵, 健太]
            ar: [ليلى, يوسف, مريم, عمر, نور, خالد, فاطمة, سامي, زينب, كريم]
      family: &family
        hidden: true
        choice:
          by: language
          lists:
            en: [Smith, Jones, Taylor, Brown, Williams, Evans, Johnson, Walker, Wright, O'Connor, Hughes, Clark]
            es: [García, Fernández, López, Martínez, Sánchez, Pérez, Gómez, Jiménez, Núñez, Ibáñez]
            de: [Müller, Schmidt, Schröder, Weiß, Köhler, Jäger, Krüger, Groß, Vögel, Straßer]
            fr: [Lefèvre, Dubois, Gérard, Leblanc, Müller-Noël, Desprès, Lachaîne, Fouché, Garçon, Bérard]
            tr: [Yılmaz, Demir, Şahin, Çelik, Öztürk, Aydın, Güneş, Koç, Doğan, Erdoğdu]
            vi: [Nguyễn, Trần, Lê, Phạm, Huỳnh, Võ, Đặng, Bùi, Đỗ, Hồ]
            pl: [Kowalski, Wiśniewski, Wójcik, Kamiński, Łuczak, Zieliński, Szymański, Gąsior, Żak, Dąbrowski]
            ja: [佐藤, 鈴木, 高橋, 田中, 伊藤, 渡辺, 山本, 中村, 小林, 加藤]
            ar: [حداد, منصور, الخطيب, نجار, صالح, عباس, حمدان, سليمان, قاسم, درويش]
      name: {text: "{given} {family}"}
      subject: {choice: {Mathematics: 5, English: 5, Physics: 2, Chemistry: 2, Biology: 2, History: 3, Geography: 2, Music: 1, Art: 1, Spanish: 2}}
      email: {text: "teacher{teacher_id}@school.example", nullable: 0.05}
      hired: {date: {between: [1988-08-01, 2025-08-01]}}

  classes:
    rows: 4
    key: class_id
    fields:
      class_id: {sequence: {start: 1}}
      teacher_id: {ref: {table: teachers, window: 32, earlier: 0.4}}
      grade_level: {int: {between: [0, 12]}}
      subject: {choice: [Algebra, Geometry, Reading, Writing, Physics, Chemistry, Biology, History, Geography, Music, Art, Spanish], hidden: true}
      name: {text: "{subject} {grade_level}"}
      room: {pattern: "[A-D][1-4][0-9]{2}"}
      capacity: {int: {normal: [28, 4], between: [20, 36], dealt: true}}
      schedule:
        object:
          days: {list: {of: {choice: [Mon, Tue, Wed, Thu, Fri]}, count: {weights: {1: 2, 2: 5, 3: 2}}, distinct: true}}
          period: {int: {between: [1, 8]}}

  students:
    rows: 20
    key: student_id
    fields:
      student_id: {sequence: {start: 1}}
      language: {choice: {en: 8, es: 3, de: 2, fr: 1, tr: 2, vi: 1, pl: 1, ja: 1, ar: 2}, hidden: true}
      given: *given
      family: *family
      name: {text: "{given} {family}"}
      age: {int: {between: [6, 18]}}
      early: {int: {weights: {0: 5, 1: 2}}, hidden: true}
      grade: {formula: "min(12, age - 6 + early)"}
      gpa: {number: {normal: [3.0, 0.6], between: [0, 4], decimals: 2}, nullable: 0.04}
      guardian:
        absent: 0.3
        object:
          name_of_guardian: *given
          name: {text: "{name_of_guardian} {family}"}
          relation: {choice: {mother: 5, father: 4, grandparent: 1, other: 1}}
          phone: {pattern: "\\+49 1[5-7]\\d \\d{7}", nullable: 0.1}
      enrolled_at: {time: {start: 2025-08-18T06:00:00Z, every: 11s, spread: 30d}}

  enrollments:
    per: students
    count: {normal: [2.5, 1.1], between: [1, $max_enrollments]}
    unique: [student_id, class_id]
    fields:
      student_id: {from: students.student_id}
      class_id:
        ref:
          table: classes
          window: 64                # a class is open to the next 64 documents,
          earlier: 0.4              # which fill two fifths of their enrollments from such classes
          popularity: 3
          capacity: capacity
          utilization: $capacity_utilization
      score: {number: {normal: [76, 13], between: [0, 100], decimals: 1}, nullable: 0.1}
      tags:
        list:
          of: {choice: {core: 8, elective: 5, honors: 2, repeat: 1, remote: 2}}
          count: {weights: {0: 4, 1: 4, 2: 2, 3: 1}}
          distinct: true

rules:
  - name: age_grade
    table: students
    holds: grade >= age - 6 AND grade <= age - 5
    break: {grade: "if(grade > 6, grade - 4, grade + 4)"}
)yaml";

}  // namespace roost::world
